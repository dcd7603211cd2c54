import { distinctUntilChanged, map, of, type Observable } from 'rxjs';
import {
  fromGemini,
  fromSse,
  GeminiError,
  protectReply,
  toReplyState,
  toSseResponse,
  type GeminiChunk,
  type ReplyState,
} from 'rxjs-gemini';
import { chunk, fakeGemini, finishChunk, marbles } from 'rxjs-gemini/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// The component: one line of text for each state of the reply. In your project it is a file of its own.
const lineOf = (state: ReplyState): string => {
  if (state.status === 'waiting') return 'Thinking…';
  return state.status === 'failed' ? `Sorry: ${state.error.kind}` : state.reply.text;
};
const lines = (reply$: Observable<GeminiChunk>): Observable<string> =>
  reply$.pipe(
    protectReply({ timeout: { first: 20_000 }, retry: {} }),
    toReplyState(),
    map(lineOf),
    distinctUntilChanged(),
  );
const params = { model: 'gemini-2.5-flash', contents: 'Hi' };
const askServer = () => lines(fromSse('/api/chat', { json: { message: 'Hi' } }));

describe('the component, with replies in virtual time', () => {
  it(
    'shows that it waits, the text as it grows, and the end',
    marbles((m) => {
      const reply$ = m.reply(' --a---b---(f|)', { a: 'Hello, ', b: 'world.', f: finishChunk() });
      const subs = '           ^---------!';
      const expected = '       w-x---y---|';
      const values = { w: 'Thinking…', x: 'Hello, ', y: 'Hello, world.' };
      m.expectObservable(lines(reply$)).toBe(expected, values);
      m.expectSubscriptions(reply$.subscriptions).toBe(subs);
    }),
  );

  it(
    'closes the request when the user leaves',
    marbles((m) => {
      const reply$ = m.reply(' --a---b---', { a: 'Hello, ', b: 'world.' });
      const leaves = '         ----!';
      m.expectObservable(lines(reply$), leaves).toBe('w-x--', { w: 'Thinking…', x: 'Hello, ' });
      m.expectSubscriptions(reply$.subscriptions).toBe('^---!');
    }),
  );
});

describe('the component, with a fake client', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks again when the service is busy', async () => {
    const busy = new GeminiError('Busy', { kind: 'overloaded', retryAfter: 1000 });
    const ai = fakeGemini([{ error: busy }, 'Hello']);
    const seen: string[] = [];
    lines(fromGemini(ai, params)).subscribe((line) => seen.push(line));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.at(-1)).toBe('Hello');
    expect(ai.calls).toHaveLength(2);
  });

  it('shows the failure of a reply that never begins', async () => {
    const ai = fakeGemini([{ text: 'Hello', stallAfter: { chunks: 0 } }, 'Hello']);
    const seen: string[] = [];
    lines(fromGemini(ai, params)).subscribe((line) => seen.push(line));
    await vi.advanceTimersByTimeAsync(19_999);
    expect(seen.at(-1)).toBe('Thinking…');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ai.calls.map(({ aborted }) => aborted)).toEqual([true, false]);
  });
});

describe('the component, with a page that reads a server', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('shows the reply of the route', async () => {
    vi.stubGlobal('fetch', async () => toSseResponse(of(chunk('Hello'), finishChunk())));
    vi.stubGlobal('location', new URL('http://localhost/'));
    const seen: string[] = [];
    await askServer().forEach((line) => seen.push(line));
    expect(seen.at(-1)).toBe('Hello');
  });

  it('shows a refused request', async () => {
    vi.stubGlobal('fetch', async () => new Response('Log in first', { status: 401 }));
    vi.stubGlobal('location', new URL('http://localhost/'));
    const seen: string[] = [];
    await askServer().forEach((line) => seen.push(line));
    expect(seen.at(-1)).toBe('Sorry: auth');
  });
});
