import { getEventListeners } from 'node:events';
import {
  concat,
  defer,
  EMPTY,
  finalize,
  from,
  lastValueFrom,
  map,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { withProgress } from '../../operators/show/withProgress.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { ReplyEncoder, ReplyFormat } from '../../src/sinks/replyFormat.js';
import type { ReplySseOptions } from '../../src/sinks/sendEvents.js';
import type { FormatSseMessage, ReplySseMessage } from '../../src/sinks/sseMessage.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import { serveWebSocket } from '../../src/sinks/serveWebSocket.js';
import { toSse } from '../../src/sinks/toSse.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { toSseText } from '../../src/sinks/toSseText.js';
import { toWebSocket } from '../../src/sinks/toWebSocket.js';
import { chunk } from '../../src/testing/chunks.js';
import { letters, type LetterEvent } from './letters.js';

const opening = ': rxjs-gemini heartbeat=15000\n\n';
const data = (...events: unknown[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

async function textsOf<T extends GeminiChunk>(source: Observable<T>, options: ReplySseOptions<T>): Promise<string[]> {
  return lastValueFrom(source.pipe(toSseText(options), toArray()));
}

/** {@link letters} with another function in its encoder. */
function lettersWith(changed: Partial<ReplyEncoder>): ReplyFormat {
  return { terminator: '[DONE]', begin: () => ({ ...letters().begin(), ...changed }) };
}

const broken = (): never => {
  throw new Error('a secret of the server');
};
const failure = throwError(() => new GeminiError('a secret of the server', { kind: 'overloaded' }));
const reported = { kind: 'overloaded', message: 'The model is overloaded; try again later', retryable: true };
const faulty = { failed: { kind: 'unknown', message: 'The reply failed', retryable: false } };

describe('a ReplyFormat', () => {
  it('writes the events of a chunk together, without types and ids, and the terminator last', async () => {
    const texts = await textsOf(of(chunk('ab'), chunk('c')), { format: letters({ terminator: '[DONE]' }) });
    expect(texts).toEqual([
      opening,
      data({ begun: true }),
      data({ letter: 'a' }, { letter: 'b' }),
      data({ letter: 'c' }),
      `${data({ ended: 3 })}data: [DONE]\n\n`,
    ]);
  });

  it('gets the public form of a failure, and ends with the terminator', async () => {
    const texts = await textsOf(concat(of(chunk('a')), failure), { format: letters({ terminator: '[DONE]' }) });
    expect(texts.at(-1)).toBe(`${data({ failed: reported })}data: [DONE]\n\n`);
    expect(texts).toHaveLength(4);
    expect((await textsOf(failure, { format: letters() })).slice(1)).toEqual([
      data({ begun: true }),
      data({ failed: reported }),
    ]);
  });

  it.each<[string, unknown, string]>([
    ['an abort', undefined, 'cancelled'],
    ['a reason of the application', new Error('a secret of the server'), 'cancelled'],
    ['a timeout', new DOMException('a secret of the server', 'TimeoutError'), 'timeout'],
    ['a failure', new GeminiError('a secret of the server', { kind: 'overloaded' }), 'overloaded'],
  ])('ends as a failure when the signal reports %s: its reader may still be there', async (_, reason, kind) => {
    const controller = new AbortController();
    const closed = vi.fn();
    const abort$ = defer(() => {
      controller.abort(reason);
      return NEVER;
    });
    const source$ = concat(of(chunk('a')), abort$).pipe(finalize(closed));
    const format = letters({ terminator: '[DONE]' });
    const body = await toSseResponse(source$, { format, signal: controller.signal }).text();
    const [, begun, letter, failed, end] = body.split('\n\n');
    expect([begun, letter, end]).toEqual(['data: {"begun":true}', 'data: {"letter":"a"}', 'data: [DONE]']);
    expect(failed).toMatch(`{"failed":{"kind":"${kind}","message":"`);
    expect(failed).not.toContain('secret');
    expect(closed).toHaveBeenCalledTimes(1);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('makes no request if the signal has aborted', async () => {
    const subscribed = vi.fn(() => EMPTY);
    const signal = AbortSignal.abort();
    const response = toSseResponse(defer(subscribed), { format: letters(), request: { method: 'POST', signal } });
    expect(await response.text()).toMatch(/"begun".*"failed":\{"kind":"cancelled"/s);
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('begins at each subscription, and no reply has the state of another', async () => {
    const format = letters();
    const begin = vi.spyOn(format, 'begin');
    const events = toSse({ format });
    expect(begin).not.toHaveBeenCalled();
    const stopped$ = new Subject<GeminiChunk>();
    const other$ = new Subject<GeminiChunk>();
    const seen: unknown[] = [];
    const stopped = stopped$.pipe(events).subscribe();
    other$.pipe(events).subscribe((event) => seen.push(event));
    stopped$.next(chunk('abc'));
    other$.next(chunk('d'));
    stopped.unsubscribe();
    other$.complete();
    expect(begin).toHaveBeenCalledTimes(2);
    expect(seen.at(-1)).toEqual({ data: JSON.stringify({ ended: 1 }) });
  });

  it('is called with the object as `this`', async () => {
    class Counted implements ReplyFormat {
      count = 0;
      begin(): ReplyEncoder {
        this.count += 1;
        return new CountedEncoder();
      }
    }
    class CountedEncoder implements ReplyEncoder {
      private chunks = 0;
      start = () => [];
      chunk() {
        this.chunks += 1;
        return [];
      }
      end() {
        return [this.chunks];
      }
      failure = () => [];
    }
    const format = new Counted();
    expect(await textsOf(of(chunk('a'), chunk('b')), { format })).toEqual([opening, 'data: 2\n\n']);
    expect(format.count).toBe(1);
  });

  it.each([{ annotations: false }, { annotations: ['cost'] }, { annotations: true }] as const)(
    'gets every chunk with all annotations, notices too: %j',
    async (options) => {
      const chunks: GeminiChunk[] = [
        { text: '', queued: { position: 1 } },
        { text: 'a', cost: { total: 1 } as never },
        { text: '', stopped: { reason: 'limit' } },
      ];
      const seen: GeminiChunk[] = [];
      const format = lettersWith({ chunk: (one) => (seen.push(one), []) });
      await textsOf(from(chunks), { format, ...options });
      expect(seen).toEqual(chunks);
    },
  );

  it('is not called for a heartbeat, which is a comment', () => {
    vi.useFakeTimers();
    const seen: GeminiChunk[] = [];
    const format = lettersWith({ chunk: (one) => (seen.push(one), []) });
    const texts: string[] = [];
    const messages: FormatSseMessage[] = [];
    const source$ = new Subject<GeminiChunk>();
    source$.pipe(toSseText({ format, heartbeat: 10 })).subscribe((text) => texts.push(text));
    source$.pipe(toSse({ format, heartbeat: 10 })).subscribe((message) => messages.push(message));
    vi.advanceTimersByTime(10);
    source$.next(chunk(''));
    vi.advanceTimersByTime(10);
    source$.complete();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    expect(seen).toHaveLength(2);
    expect(texts.filter((text) => text === ': keep-alive\n\n')).toHaveLength(2);
    expect(messages.filter(({ comment }) => comment !== undefined)).toEqual([
      { comment: 'keep-alive' },
      { comment: 'keep-alive' },
    ]);
    expect(messages.at(-1)).toEqual({ data: '[DONE]' });
  });

  it('emits each event from `toSse`, in order and synchronously', () => {
    const seen: unknown[] = [];
    const format = letters({ terminator: '[DONE]' });
    of(chunk('ab'))
      .pipe(toSse({ format }))
      .subscribe((message) => seen.push(message));
    expect(seen).toEqual([
      { data: '{"begun":true}' },
      { data: '{"letter":"a"}' },
      { data: '{"letter":"b"}' },
      { data: '{"ended":2}' },
      { data: '[DONE]' },
    ]);
  });

  it('does not wait with the subscription until its first events were read', async () => {
    const source$ = new Subject<GeminiChunk>();
    const reader = toSseResponse(source$, { format: letters() }).body!.getReader();
    await reader.read();
    expect(source$.observed).toBe(true);
    source$.next(chunk('a'));
    source$.next(chunk('b'));
    const texts = [await reader.read(), await reader.read()].map(({ value }) => new TextDecoder().decode(value));
    expect(texts).toEqual([data({ begun: true }), data({ letter: 'a' }, { letter: 'b' })]);
    await reader.cancel();
    expect(source$.observed).toBe(false);
  });

  it('stops a source that emits endlessly', () => {
    const endless$ = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('ab'));
    });
    const seen: unknown[] = [];
    endless$.pipe(toSse({ format: letters() }), take(4)).subscribe((message) => seen.push(message));
    expect(seen).toHaveLength(4);
    const subscribed = vi.fn();
    new Observable<GeminiChunk>(subscribed).pipe(toSse({ format: letters() }), take(1)).subscribe();
    expect(subscribed).not.toHaveBeenCalled();
  });

  describe('of which a function fails', () => {
    it.each<[string, ReplyFormat, unknown[]]>([
      ['`start` throws', lettersWith({ start: broken }), []],
      ['`chunk` throws', lettersWith({ chunk: broken }), [{ begun: true }]],
      ['`end` throws', lettersWith({ end: broken }), [{ begun: true }, { letter: 'a' }]],
      ['`chunk` returns no list', lettersWith({ chunk: () => 'ab' as never }), [{ begun: true }]],
      ['`start` returns a promise', lettersWith({ start: () => Promise.resolve([]) as never }), []],
      ['`chunk` returns undefined', lettersWith({ chunk: () => undefined as never }), [{ begun: true }]],
      ['the last event has no JSON', lettersWith({ chunk: () => [{}, undefined] }), [{ begun: true }]],
      ['an event is missing', lettersWith({ chunk: () => Array<unknown>(1) }), [{ begun: true }]],
      ['an event cannot be written as JSON', lettersWith({ chunk: () => [1n] }), [{ begun: true }]],
    ])('reports one failure, ends, and unsubscribes: %s', async (_, format, before) => {
      const closed = vi.fn();
      const source$ = new Observable<GeminiChunk>((destination) => {
        destination.next(chunk('a'));
        destination.complete();
        return closed;
      });
      const texts = await textsOf(source$, { format });
      expect(texts.join('')).toBe(`${opening}${data(...before, faulty)}data: [DONE]\n\n`);
      expect(closed).toHaveBeenCalledTimes(before.length === 0 ? 0 : 1);
    });

    it.each<[string, ReplyFormat]>([
      ['`begin` throws', { begin: broken }],
      ['`begin` returns no encoder', { begin: () => ({}) as never }],
      ['`failure` throws', lettersWith({ failure: broken })],
      ['`failure` returns no list', lettersWith({ failure: () => undefined as never })],
      ['`failure` returns an event without JSON', lettersWith({ failure: () => [undefined] })],
    ])('breaks the stream off if no failure can be reported: %s', async (_, format) => {
      const error = await lastValueFrom(failure.pipe(toSse({ format }))).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ kind: 'unknown', message: 'The format of the reply failed' });
      await expect(toSseResponse(failure, { format }).text()).rejects.toThrow('The format of the reply failed');
    });
  });

  describe('in headers', () => {
    const format = letters({ headers: { 'x-letters': 'v1', 'cache-control': 'private', 'X-Other': 'y' } });

    it.each(['GET', 'HEAD'])('adds its own to those of the stream: %s', async (method) => {
      const begin = vi.spyOn(format, 'begin');
      const response = toSseResponse(of(chunk('a')), { format, request: { method } });
      expect(Object.fromEntries(response.headers)).toEqual({
        'cache-control': 'private, no-transform',
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
        'x-letters': 'v1',
        'x-other': 'y',
      });
      expect(begin).not.toHaveBeenCalled();
      await response.body?.cancel();
    });

    it('adds none to another format', () => {
      expect(toSseResponse(EMPTY).headers.has('x-letters')).toBe(false);
    });
  });

  describe('at the call', () => {
    it.each<[string, unknown, string]>([
      [
        'an object',
        {},
        "`format` to be 'chunk' or 'text' or a function or a ReplyFormat, which has a function `begin`",
      ],
      ['a wrong name', 'json', "`format` to be 'chunk' or 'text' or a function or a ReplyFormat"],
      ['null', null, '`format` to be'],
      ['an encoder that began already', letters().begin(), '`format` to be'],
      ['no function', { begin: 5 }, '`format.begin` to be a function, got 5'],
      ['a text', letters({ headers: 'x' as never }), "`format.headers` to be an object, got 'x'"],
      ['null', letters({ headers: null as never }), '`format.headers` to be an object, got null'],
      ['headers of the platform', letters({ headers: new Headers() as never }), 'fields of its own, got a Headers'],
      ['a number', letters({ headers: { a: 5 as never } }), "`format.headers['a']` to be the text of a header, got 5"],
      ['two lines', letters({ headers: { a: 'b\r\nc: d' } }), "`format.headers['a']` to be the text of a header"],
      ['no name', letters({ headers: { 'a b': 'c' } }), "`format.headers` to have names of headers, got 'a b'"],
      ['a number', letters({ terminator: 5 as never }), '`format.terminator` to be a text of one line, got 5'],
      ['two lines', letters({ terminator: 'a\nb' }), '`format.terminator` to be a text of one line'],
      ['no text', letters({ terminator: '' }), '`format.terminator` to be a text of one line'],
    ])('throws for a wrong value: %s', (_, wrong, sentence) => {
      const format = wrong as ReplyFormat;
      for (const call of [
        () => toSse({ format }),
        () => toSseText({ format }),
        () => toSseResponse(EMPTY, { format }),
        () => toSseResponse(EMPTY, { format, request: { method: 'HEAD' } }),
        () => pipeToServerResponse(EMPTY, {} as never, { format }),
      ]) {
        expect(call).toThrow(TypeError);
        expect(call).toThrow(sentence);
      }
    });

    it.each([{ resumable: true }, { resumable: true, lastEventId: 4 }, { lastEventId: '4' }])(
      'refuses %j',
      (options) => {
        const sentence = 'Expected no `resumable` and no `lastEventId` beside a `format` of another protocol';
        expect(() => toSse({ format: letters(), ...options })).toThrow(sentence);
        expect(() => toSseResponse(EMPTY, { format: letters(), ...options })).toThrow(sentence);
      },
    );

    it('accepts `resumable: false`', () => {
      expect(() => toSse({ format: letters(), resumable: false, lastEventId: null })).not.toThrow();
    });

    it('refuses a WebSocket', () => {
      const socket = {
        readyState: 1,
        bufferedAmount: 0,
        send: vi.fn(),
        addEventListener: vi.fn(),
        removeEventListener: vi.fn(),
      };
      const sentence = "Expected `format` to be 'chunk' or 'text' or a function, got a ReplyFormat: its readers take";
      // @ts-expect-error -- The types exclude it too.
      expect(() => toWebSocket(NEVER, socket, { format: letters() })).toThrow(sentence);
      // @ts-expect-error -- The types exclude it too.
      expect(() => serveWebSocket(socket, () => NEVER, { format: letters() })).toThrow(sentence);
      expect(() => toWebSocket(NEVER, socket, { format: 5 as never })).toThrow(
        "Expected `format` to be 'chunk' or 'text' or a function, got 5",
      );
      expect(socket.addEventListener).not.toHaveBeenCalled();
    });
  });

  it('is read once: a later change of the object changes no reply', async () => {
    const format = letters({ terminator: '[DONE]' });
    const events = toSseText({ format });
    Object.assign(format, { terminator: 'changed' });
    expect(await lastValueFrom(of(chunk('a')).pipe(events))).toContain('data: [DONE]\n\n');
  });

  it('is typed', () => {
    const format: ReplyFormat<GeminiChunk, LetterEvent> = letters();
    expectTypeOf(toSse({ format })).toEqualTypeOf<(source: Observable<GeminiChunk>) => Observable<FormatSseMessage>>();
    expectTypeOf(toSse({ format: 'text' })).returns.toEqualTypeOf<Observable<ReplySseMessage>>();
    const progress$ = of(chunk('a')).pipe(withProgress({ expectedTokens: 1 }));
    expectTypeOf(progress$.pipe(toSse({ format }))).toEqualTypeOf<Observable<FormatSseMessage>>();
    progress$.pipe(toSseText({ format }));
    void toSseResponse(progress$, { format });
    const ofProgress: ReplyFormat<GeminiChunk & { progress: { percent: number } }> = {
      begin: () => ({ start: () => [], chunk: ({ progress }) => [progress.percent], end: () => [], failure: () => [] }),
    };
    void toSseResponse(progress$, { format: ofProgress });
    progress$.pipe(
      toSse({ format: ofProgress }),
      map(({ comment }) => comment),
    );
  });
});
