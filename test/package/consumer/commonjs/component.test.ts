// A test of an app in jest: CommonJS, ts-jest, and a `vm` context that has only some of Node's globals.
import { GoogleGenAI } from '@google/genai';
import { catchError, endWith, lastValueFrom, of, scan, Subject, toArray, type Observable } from 'rxjs';
import {
  classifyErrors,
  fromGemini,
  fromInteraction,
  fromSse,
  GeminiError,
  isGeminiError,
  pipeToServerResponse,
  retryTransient,
  takeUntilCancel,
  timeoutReply,
  toText,
  type GeminiChunk,
} from 'rxjs-gemini';
import { apiError, startEmulator, type Emulator } from 'rxjs-gemini/emulator';
import { fakeGemini, finishChunk, marbles } from 'rxjs-gemini/testing';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const params = { model: 'm', contents: 'Hi' };

/** A component: the texts that it shows as a reply grows. */
const shown = (reply$: Observable<GeminiChunk>): Observable<string> =>
  reply$.pipe(
    classifyErrors(),
    retryTransient(),
    toText(),
    scan((text, delta) => text + delta),
  );

const kindOf = (cause: unknown) => of(isGeminiError(cause) ? cause.kind : 'unknown');
const finished = endWith<GeminiChunk>(finishChunk());

describe('a component', () => {
  let emulator: Emulator | undefined;

  afterEach(async () => {
    jest.useRealTimers();
    await emulator?.close();
    emulator = undefined;
  });

  it('streams from the emulator through the SDK, after an error', async () => {
    emulator = await startEmulator({
      reply: ({ index }) =>
        index === 0 ? { error: apiError({ code: 429, retryDelay: 20 }) } : { chunks: ['Hi ', 'there'] },
    });
    const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: emulator.url } });
    const texts = await lastValueFrom(shown(fromGemini(ai, params)).pipe(toArray()));
    expect(texts.at(-1)).toBe('Hi there');
    expect(emulator.requests).toHaveLength(2);
  });

  it('streams an interaction, and follows a run in the background to its end', async () => {
    emulator = await startEmulator({
      reply: ({ index }) => (index === 0 ? 'Hi there' : { chunks: ['Hi ', 'there'], dropAfter: { chunks: 4 } }),
    });
    const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: emulator.url } });
    const texts = await lastValueFrom(shown(fromInteraction(ai, { model: 'm', input: 'Hi' })).pipe(toArray()));
    expect(texts.at(-1)).toBe('Hi there');
    const run$ = fromInteraction(ai, { agent: 'a', input: 'Hi', background: true }, { reconnect: { delay: 1 } });
    expect((await lastValueFrom(shown(run$).pipe(toArray()))).at(-1)).toBe('Hi there');
    expect(emulator.requests.map(({ action }) => action)).toEqual([
      'createInteraction',
      'createInteraction',
      'getInteraction',
    ]);
  });

  it('closes the request when it is left, and when its signal is aborted', async () => {
    emulator = await startEmulator({ reply: { chunks: ['a', 'b'], stallAfter: { chunks: 1 } } });
    const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: emulator.url } });
    const controller = new AbortController();
    const cancelled = lastValueFrom(fromGemini(ai, params).pipe(takeUntilCancel(controller.signal)));
    await new Promise<void>((resolve) => {
      const left = fromGemini(ai, params).subscribe(() => {
        left.unsubscribe();
        resolve();
      });
    });
    controller.abort('enough');
    expect((await cancelled).cancelled).toEqual({ reason: 'enough' });
    for (const request of emulator.requests) await request.closed;
  });

  it('reads the reply from a route of the server of the app', async () => {
    const server = createServer((_, response) => {
      void pipeToServerResponse(fromGemini(fakeGemini(['Hello world']), params), response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const texts = await lastValueFrom(shown(fromSse(new URL(`http://127.0.0.1:${port}/`))).pipe(toArray()));
    expect(texts.at(-1)).toBe('Hello world');
    server.close();
  });

  it('waits on the timers of jest', async () => {
    jest.useFakeTimers();
    const busy = new GeminiError('busy', { kind: 'rate_limit', retryAfter: 20_000 });
    const seen: string[] = [];
    shown(fromGemini(fakeGemini([{ error: busy }, 'ok']), params)).subscribe((text) => seen.push(text));
    await jest.advanceTimersByTimeAsync(30_000);
    expect(seen).toEqual(['ok']);
    const failed = jest.fn();
    new Subject<GeminiChunk>().pipe(timeoutReply({ first: 100 })).subscribe({ error: failed });
    jest.advanceTimersByTime(99);
    expect(failed).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(failed).toHaveBeenCalledTimes(1);
  });

  it(
    'runs in virtual time',
    marbles((m) => {
      const reply$ = m.reply(' -a---b---|', { a: 'Hello, ', b: 'world' });
      const silent$ = m.reply('-a-------', { a: 'Hello, ' });
      const limits = timeoutReply<GeminiChunk>({ each: 4 });
      const expected = '       -x---y---|';
      const failed = '         -x---(t|)';
      const values = { x: 'Hello, ', y: 'Hello, world', t: 'timeout' };
      m.expectObservable(shown(reply$.pipe(limits, finished))).toBe(expected, values);
      m.expectObservable(shown(silent$.pipe(limits)).pipe(catchError(kindOf))).toBe(failed, values);
    }),
  );

  it('recognises errors, also of other realms', async () => {
    expect(isGeminiError(new GeminiError('x', { kind: 'quota' }))).toBe(true);
    const refused = await lastValueFrom(fromSse('http://127.0.0.1:1/')).catch((cause: unknown) => cause);
    expect(refused).toMatchObject({ kind: 'network', retryable: true });
  });
});
