import { concat, EMPTY, finalize, map, NEVER, Observable, of, range, Subject, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { withProgress } from '../../operators/show/withProgress.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { toAsyncIterable } from '../../src/sinks/toAsyncIterable.js';
import { toReadableStream } from '../../src/sinks/toReadableStream.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { growth, linear } from '../support/growth.js';

const failure = new GeminiError('The reply broke off', { kind: 'truncated' });

function iteratorOf<T>(iterable: AsyncIterable<T>): AsyncIterator<T> {
  return iterable[Symbol.asyncIterator]();
}

async function textsOf(iterable: AsyncIterable<GeminiChunk>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of iterable) texts.push(text);
  return texts;
}

describe.each([
  ['toAsyncIterable', toAsyncIterable],
  // Node's are iterable; their iterators pull as `getReader()` does.
  ['toReadableStream', toReadableStream as unknown as typeof toAsyncIterable],
])('%s', (_, toReadable) => {
  it('emits every chunk to a fast reader', async () => {
    const source$ = new Subject<GeminiChunk>();
    const iterator = iteratorOf(toReadable(source$));
    for (const text of ['a', 'b', 'c']) {
      const read = iterator.next();
      await Promise.resolve();
      source$.next(chunk(text));
      expect(await read).toEqual({ done: false, value: chunk(text) });
    }
    const read = iterator.next();
    await Promise.resolve();
    source$.complete();
    expect(await read).toEqual({ done: true, value: undefined });
  });

  it('merges the chunks that arrive between reads', async () => {
    expect(await textsOf(toReadable(of(chunk('a'), chunk('b'), chunk('c'), finishChunk())))).toEqual(['a', 'bc']);
  });

  it('holds `highWaterMark` chunks unmerged, and merges the rest', async () => {
    const source$ = of(...'abcdef'.split('').map((text) => chunk(text)));
    expect(await textsOf(toReadable(source$, { highWaterMark: 2 }))).toEqual(['a', 'b', 'c', 'def']);
    expect(await textsOf(toReadable(source$, { highWaterMark: Infinity }))).toEqual([...'abcdef']);
  });

  it('fails once every chunk before the error was read', async () => {
    const source$ = concat(
      of(chunk('a'), chunk('b'), chunk('c'), chunk('d')),
      throwError(() => failure),
    );
    const iterator = iteratorOf(toReadable(source$, { highWaterMark: 2 }));
    expect((await iterator.next()).value).toMatchObject({ text: 'a' });
    expect((await iterator.next()).value).toMatchObject({ text: 'b' });
    expect((await iterator.next()).value).toMatchObject({ text: 'c' });
    expect((await iterator.next()).value).toMatchObject({ text: 'd' });
    await expect(iterator.next()).rejects.toBe(failure);
  });

  it('ends with an empty source, and fails with one that fails at once', async () => {
    expect(await textsOf(toReadable(EMPTY))).toEqual([]);
    await expect(textsOf(toReadable(throwError(() => failure)))).rejects.toBe(failure);
  });

  it('subscribes at the first read', async () => {
    const subscribed = vi.fn();
    const source$ = new Observable<GeminiChunk>((destination) => {
      subscribed();
      destination.complete();
    });
    const readable = toReadable(source$);
    await Promise.resolve();
    expect(subscribed).not.toHaveBeenCalled();
    await textsOf(readable);
    expect(subscribed).toHaveBeenCalledTimes(1);
  });

  it('omits the chunks that the reader has, and with `finish` lets the source complete', async () => {
    expect(await textsOf(toReadable(of(chunk('a'), chunk('b')), { resumable: true, lastEventId: '0' }))).toEqual(['b']);
    const source$ = new Subject<GeminiChunk>();
    const iterator = iteratorOf(toReadable(source$, { whenDisconnected: 'finish' }));
    const read = iterator.next();
    await Promise.resolve();
    source$.next(chunk('a'));
    await read;
    await iterator.return?.();
    expect(source$.observed).toBe(true);
    source$.complete();
    expect(source$.observed).toBe(false);
  });

  it('throws at the call for a wrong option', () => {
    expect(() => toReadable(EMPTY, { highWaterMark: -1 })).toThrow('Expected `highWaterMark` to be a whole number');
    expect(() => toReadable(EMPTY, { whenDisconnected: 'stay' as never })).toThrow('Expected `whenDisconnected` to be');
  });
});

describe('toAsyncIterable', () => {
  it('subscribes once for each loop', async () => {
    const iterable = toAsyncIterable(of(chunk('a')));
    expect(await textsOf(iterable)).toEqual(['a']);
    expect(await textsOf(iterable)).toEqual(['a']);
  });

  it('answers concurrent reads in order, and each of them at the end', async () => {
    const iterator = iteratorOf(toAsyncIterable(of(chunk('a'), chunk('b'))));
    const reads = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
    expect(reads.map(({ value }) => (value as GeminiChunk | undefined)?.text)).toEqual(['a', 'b', undefined]);
  });

  it('rejects one read with the failure, and ends the others', async () => {
    const source$ = new Subject<GeminiChunk>();
    const iterator = iteratorOf(toAsyncIterable(source$));
    const reads = [iterator.next(), iterator.next()];
    source$.error(failure);
    await expect(reads[0]).rejects.toBe(failure);
    expect(await reads[1]).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('takes linear time for many chunks that wait', async () => {
    const readAll = async (size: number) => {
      const reply$ = range(0, size).pipe(map(() => ({ text: 'a' })));
      for await (const { text } of toAsyncIterable(reply$, { highWaterMark: Infinity }))
        if (text !== 'a') throw new Error(text);
    };
    expect(await growth(30_000, readAll)).toBeLessThan(linear);
  });

  it('ends a pending read at `return()`, and drops the chunks that wait', async () => {
    const left = vi.fn();
    const iterator = iteratorOf(toAsyncIterable(NEVER.pipe(finalize(left))));
    const read = iterator.next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await read).toEqual({ done: true, value: undefined });
    expect(left).toHaveBeenCalledTimes(1);

    const waiting = iteratorOf(toAsyncIterable(of(chunk('a'), chunk('b'), chunk('c')), { highWaterMark: 1 }));
    await waiting.next();
    await waiting.return?.();
    expect(await waiting.next()).toEqual({ done: true, value: undefined });
  });

  it('never subscribes for a reader that returns before the first step', async () => {
    const subscribed = vi.fn();
    const iterator = iteratorOf(toAsyncIterable(new Observable<GeminiChunk>(subscribed)));
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('keeps the type of the chunks', () => {
    const annotated$ = EMPTY.pipe(withProgress({ expectedTokens: 1 }));
    expectTypeOf(toReadableStream(annotated$)).toExtend<ReadableStream<GeminiChunk>>();
    for (const options of [undefined, {}]) {
      expectTypeOf(toAsyncIterable(of(chunk('a')), options)).toExtend<AsyncIterable<GeminiChunk>>();
    }
  });
});

describe('toReadableStream', () => {
  it('ends a pending read when it is cancelled', async () => {
    const source$ = new Subject<GeminiChunk>();
    const reader = toReadableStream(source$).getReader();
    const read = reader.read();
    await vi.waitUntil(() => source$.observed);
    await reader.cancel();
    expect(await read).toEqual({ done: true, value: undefined });
    expect(source$.observed).toBe(false);
  });
});
