import { Readable } from 'node:stream';
import { firstValueFrom, type Observable, take, type ObservableInput } from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { replay, type ReplayOptions, type ReplaySource } from '../../src/recording/replay.js';
import { chunk } from '../../src/testing/chunks.js';
import { marbles } from '../support/marbles.js';
import { outcomeOf } from '../support/outcome.js';

const values = { a: chunk('a'), b: chunk('b'), c: { text: '', cancelled: { reason: 'cancelled' } } };

/** The text of a recording, from the lines below its first. */
function recorded(...lines: object[]): string {
  return [{ recording: 'rxjs-gemini', version: 1 }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

const a = { t: 2, chunk: values.a };
const b = { t: 6, chunk: { text: 'b' } };
const text = recorded(a, b, { t: 8, end: 'complete' });
const atOnce = { speed: Infinity };

function pieces(whole: string, size: number): string[] {
  return whole.match(new RegExp(`[^]{1,${String(size)}}`, 'gu')) ?? [];
}

/** A stream that yields these pieces and is then silent; records whether it was closed. */
function silentStream(...given: string[]) {
  const cancel = vi.fn();
  const stream = new ReadableStream<string>({
    start: (controller) => {
      for (const piece of given) controller.enqueue(piece);
    },
    cancel,
  });
  return { stream, cancel };
}

describe('replay', () => {
  it(
    'emits the chunks and the end at the times of the recording, to each subscription from the beginning',
    marbles((m) => {
      const reply$ = replay(text);
      m.expectObservable(reply$).toBe('        --a---b-|', values);
      m.expectObservable(reply$, '---^').toBe('-----a---b-|', values);
    }),
  );

  it(
    'plays faster or slower, and all at once',
    marbles((m) => {
      m.expectObservable(replay(text, { speed: 2 })).toBe('  -a-b|', values);
      m.expectObservable(replay(text, { speed: 0.5 })).toBe('----a-------b---|', values);
      m.expectObservable(replay(text, atOnce)).toBe('(ab|)', values);
    }),
  );

  it(
    'fails with the recorded error, after all earlier chunks',
    marbles((m) => {
      const init = { kind: 'overloaded', status: 503, retryAfter: 5 } as const;
      const filled = new GeminiError('It broke', { ...init, partial: values.a });
      const broken = recorded(a, { t: 4, end: 'error', error: filled });
      // The chunks have the partial already; `classifyErrors` puts it together again.
      m.expectObservable(replay(broken)).toBe('--a-#', values, new GeminiError('It broke', init));
      m.expectObservable(replay(broken).pipe(classifyErrors())).toBe('--a-#', values, filled);
    }),
  );

  it(
    'ends as a cancelled reply does if the recording was cancelled',
    marbles((m) => {
      const cancelled = recorded(a, { t: 4, end: 'cancelled' });
      m.expectObservable(replay(cancelled)).toBe('                      --a-(c|)', values);
      m.expectObservable(replay(cancelled).pipe(classifyErrors())).toBe('--a-(c|)', values);
    }),
  );

  it(
    'plays an empty recording, and of several the first',
    marbles((m) => {
      m.expectObservable(replay(recorded({ t: 3, end: 'complete' }))).toBe('---|');
      m.expectObservable(replay(text + text)).toBe('--a---b-|', values);
    }),
  );

  it(
    'plays a chunk whose time is past at once, in the order of the lines',
    marbles((m) => {
      m.expectObservable(replay(recorded(b, a, { t: 1, end: 'complete' }))).toBe('------(ba|)', values);
    }),
  );

  it('waits longer than a timer can', () => {
    vi.useFakeTimers();
    const seen: string[] = [];
    replay(text, { speed: 1e-9 }).subscribe((each) => seen.push(each.text));
    vi.advanceTimersByTime(2e9 - 1);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['a']);
    vi.advanceTimersByTime(4e9);
    expect(seen).toEqual(['a', 'b']);
    vi.runAllTimers();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('is synchronous up to the first wait, and reads no further than it is asked to', () => {
    let asked = 0;
    function* endless(): Generator<string> {
      yield recorded();
      for (;;) {
        asked += 1;
        yield `${JSON.stringify(a)}\n`;
      }
    }
    const seen: GeminiChunk[] = [];
    replay(endless(), atOnce)
      .pipe(take(3))
      .subscribe((each) => seen.push(each));
    expect([seen, asked]).toEqual([[values.a, values.a, values.a], 3]);
  });

  it('plays a hundred thousand lines without growing the stack', () => {
    let count = 0;
    replay(recorded(...Array.from({ length: 100_000 }, () => a)), atOnce).subscribe({
      next: () => (count += 1),
      error: () => (count += 0.5),
    });
    expect(count).toBe(100_000.5);
  });

  const wide = recorded({ t: 0, chunk: chunk('schön 😀') }, { t: 0, end: 'complete' });
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const byte of Buffer.from(wide)) yield Promise.resolve(Uint8Array.of(byte));
  }
  const sources: [string, () => ReplaySource][] = [
    ['a text', () => wide],
    ['a list of pieces', () => pieces(wide, 3)],
    ['an async iterable of bytes, cut anywhere', bytes],
    ['a stream of Node', () => Readable.from(pieces(wide, 5))],
    ['a stream of Node, of bytes', () => Readable.from(Buffer.from(wide))],
    ['a web stream', () => new Response(wide).body!],
    ['a web stream of texts', () => new Response(wide).body!.pipeThrough(new TextDecoderStream())],
  ];

  it.each(sources)('plays %s, or the result of a function that is called at each subscription', async (_, open) => {
    expect((await outcomeOf(replay(open(), atOnce))).values).toEqual([chunk('schön 😀')]);
    const reply$ = replay(open, atOnce);
    for (const round of [1, 2]) expect([round, (await outcomeOf(reply$)).values]).toEqual([round, [chunk('schön 😀')]]);
  });

  it('emits the lines of a stream as they arrive, and closes the stream when it is unsubscribed', async () => {
    const { stream, cancel } = silentStream(recorded(a));
    expect(await firstValueFrom(replay(stream, atOnce))).toEqual(values.a);
    expect(cancel).toHaveBeenCalledOnce();
    const silent = silentStream();
    replay(silent.stream).subscribe().unsubscribe();
    expect(silent.cancel).toHaveBeenCalledOnce();
  });

  it('closes an iterator that it has not read to its end, for any behaviour of `return`', async () => {
    const close = vi.fn(() => Promise.reject(new Error('too late')));
    const iterable: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: close }),
    };
    replay(iterable).subscribe().unsubscribe();
    expect(close).toHaveBeenCalledOnce();
  });

  it('reads no more of a stream than it can play', async () => {
    let read = 0;
    const source = Readable.from(
      (function* () {
        yield recorded();
        for (let index = 0; ; index += 1) {
          read = index;
          yield `${JSON.stringify({ t: index < 5 ? 0 : 1e9, chunk: values.a })}\n`;
        }
      })(),
      { highWaterMark: 1 },
    );
    let seen = 0;
    const subscription = replay(source).subscribe(() => (seen += 1));
    await vi.waitFor(() => expect(seen).toBe(5));
    await new Promise((resolve) => setImmediate(resolve));
    expect(read).toBeLessThan(10);
    subscription.unsubscribe();
  });

  it.each([
    ['a line that is not JSON', 'oops\n', 'protocol', 'Line 3 of the recording is not JSON'],
    ['a line of another form', '{"t":1}\n', 'protocol', 'Line 3 of the recording is neither a chunk nor an end'],
    ['a recording that breaks off', '', 'truncated', 'The recording breaks off before the end of the reply'],
    ['one that breaks off within a line', '{"t":1,"chu', 'truncated', 'The recording breaks off'],
  ])('fails for %s, after the chunks before', async (_, rest, kind, message) => {
    const { values: seen, error } = await outcomeOf(replay(recorded(a) + rest, atOnce));
    expect([seen, error?.kind]).toEqual([[values.a], kind]);
    expect(error?.message).toMatch(message);
  });

  it('fails for a value that is not a recording, and with the error of its stream', async () => {
    const failing = (cause: unknown) =>
      async function* (): AsyncGenerator<string> {
        yield recorded(a);
        await Promise.reject(cause);
      };
    const cause = new TypeError('fetch failed');
    expect((await outcomeOf(replay('<html>'))).error).toMatchObject({ kind: 'protocol' });
    expect(await outcomeOf(replay(failing(cause)(), atOnce))).toMatchObject({
      values: [values.a],
      error: { kind: 'network', cause },
    });
    const thrown = replay(() => {
      throw cause;
    });
    expect((await outcomeOf(thrown)).error).toMatchObject({ kind: 'network', cause });
    expect((await outcomeOf(replay(() => 7 as never))).error?.message).toMatch('Expected `recording` to be');
  });

  describe('with fake timers', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('leaves no timer', () => {
      const subscription = replay(text).subscribe();
      expect(vi.getTimerCount()).toBe(1);
      subscription.unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
      replay(text).subscribe();
      vi.runAllTimers();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  describe('of recorded exchanges', () => {
    it('plays the chosen exchange, also a list or one response', async () => {
      const responses = ['a', 'b', 'c'].map((each) => ({ candidates: [{ content: { parts: [{ text: each }] } }] }));
      const recording = { exchanges: [{ response: { body: responses } }, { response: { body: responses[2] } }] };
      const texts = async (exchange?: number) =>
        (await outcomeOf(replay(recording, { exchange }))).values.map((each) => each.text);
      expect([await texts(), await texts(1)]).toEqual([['a', 'b', 'c'], ['c']]);
    });

    it('has the `Retry-After` of a failed exchange', async () => {
      const response = { status: 503, headers: { 'Retry-After': '7' }, body: 'Busy' };
      const { error } = await outcomeOf(replay({ exchanges: [{ response }] }));
      expect(error).toMatchObject({ kind: 'overloaded', retryAfter: 7_000 });
    });
  });

  it.each([
    [undefined, {}, 'Expected `recording` to be a text, its pieces, a stream, recorded exchanges or a function'],
    [{}, {}, 'Expected `recording` to be'],
    [{ exchanges: 1 }, {}, 'Expected `recording.exchanges` to be a list, got 1'],
    [{ exchanges: [] }, {}, 'Expected `exchange` to be a whole number from 0 to -1, got 0'],
    [{ exchanges: [{}] }, { exchange: 1 }, 'Expected `exchange` to be a whole number from 0 to 0, got 1'],
    [text, { exchange: 0.5 }, 'Expected `exchange` to be a whole number of at least 0, got 0.5'],
    [text, { speed: 0 }, 'Expected `speed` to be a positive number, got 0'],
    [text, { speed: NaN }, 'Expected `speed` to be a positive number, got NaN'],
    [text, { speed: '2' }, "Expected `speed` to be a positive number, got '2'"],
  ])('throws at the call for %o, %o', (recording, options, message) => {
    expect(() => replay(recording as ReplaySource, options as ReplayOptions)).toThrow(message);
  });

  it('is a cold Observable of chunks', () => {
    expectTypeOf(replay(text)).toEqualTypeOf<Observable<GeminiChunk>>();
    expectTypeOf<ReadableStream<Uint8Array>>().toExtend<ReplaySource>();
    expectTypeOf<Readable>().toExtend<ReplaySource>();
    expectTypeOf(replay(text)).toExtend<ObservableInput<GeminiChunk>>();
  });
});
