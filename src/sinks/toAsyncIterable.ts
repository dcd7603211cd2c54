import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import { coalesceChunks } from '../chunk/coalesceChunks.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { endsInHighSurrogate } from '../chunk/surrogates.js';
import { assertBoolean, assertInteger, assertObservable, assertOptions } from '../rx/assertions.js';
import { operate } from '../rx/operate.js';
import { deliveryOf, type DeliveryOptions } from './delivery.js';
import { pullIterator } from './pullIterator.js';

/** Options of {@link toAsyncIterable} and {@link toReadableStream}. @public */
export interface ToAsyncIterableOptions extends DeliveryOptions {
  /**
   * The maximum number of chunks that wait unmerged to be read; later chunks are merged into one more.
   *
   * @defaultValue 0: all waiting chunks are merged into one
   */
  readonly highWaterMark?: number | undefined;
}

/** Options of {@link toAsyncIterable} and {@link toReadableStream} for the text of a reply. @public */
export interface ToTextIterableOptions extends ToAsyncIterableOptions {
  /** Reads the answer text of candidate 0 instead of chunks, without thoughts: strings, none of them empty. */
  readonly text: true;
}

/**
 * Reads the text of a reply with `for await`, or writes it to a Node stream, at the reader's pace: texts that arrive
 * while the reader is busy are joined.
 *
 * The strings are the answer text of candidate 0, without thoughts, and none of them is empty; joined, they are the whole
 * answer. No string ends within a surrogate pair, so each can be encoded by itself. All else is as for chunks: each loop
 * makes its own subscription, a failure is thrown once all text before it was read, and leaving the loop unsubscribes the
 * source. Lossless; holds `highWaterMark` strings and the chunks of one more.
 *
 * With Node's `pipeline`: a failure destroys the writer with all that it has not written yet, so a file that must have
 * everything that arrived is opened with `highWaterMark: 1`. And a destroyed writer is noticed when the next text arrives;
 * to close the request at once, pass `Readable.from(toAsyncIterable(reply$, { text: true }))`.
 *
 * @param source - The reply.
 * @param options - See {@link ToTextIterableOptions}.
 * @returns An iterable of strings, for any number of loops.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * import { createWriteStream } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 *
 * await pipeline(toAsyncIterable(reply$, { text: true }), createWriteStream('story.md'));
 * ```
 * @public
 */
export function toAsyncIterable(
  source: Observable<GeminiChunk>,
  options: ToTextIterableOptions,
): AsyncIterable<string, undefined>;
/**
 * Reads a reply with `for await`, at the loop's pace: chunks that arrive while the loop is busy are merged.
 *
 * Each loop makes its own subscription, at its first step. A step gets the chunks that have arrived, merged into one,
 * or waits for the next chunk. A failure of the source is thrown once every earlier chunk was read; `break`, `return`
 * and a `throw` in the loop unsubscribe the source, also while the source is silent. A slow loop keeps the reply and
 * its request open. Lossless; holds `highWaterMark` chunks and one merged chunk.
 *
 * @param source - The reply.
 * @param options - See {@link ToAsyncIterableOptions}.
 * @returns An iterable for any number of loops.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * for await (const { text } of toAsyncIterable(reply$)) process.stdout.write(text);
 * ```
 * @public
 */
export function toAsyncIterable<T extends GeminiChunk>(
  source: Observable<T>,
  options?: ToAsyncIterableOptions,
): AsyncIterable<T, undefined>;
export function toAsyncIterable<T extends GeminiChunk>(
  source: Observable<T>,
  options: ToAsyncIterableOptions & { readonly text?: boolean } = {},
): AsyncIterable<T | string, undefined> {
  assertObservable('source', source);
  assertOptions(options);
  const { highWaterMark = 0, text = false } = options;
  if (highWaterMark !== Infinity) assertInteger('highWaterMark', highWaterMark, 0);
  assertBoolean('text', text);
  const { select } = deliveryOf<T>(options);
  const chunks$ = source.pipe(select(everyChunk));
  const iterator = (): AsyncIterator<T | string, undefined> =>
    text
      ? pullIterator<string>(
          (put) =>
            chunks$.pipe(
              textChunks(),
              coalesceChunks((chunk) => put(chunk.text)),
            ),
          highWaterMark,
        )
      : pullIterator<T>((put) => chunks$.pipe(coalesceChunks(put)), highWaterMark);
  return { [Symbol.asyncIterator]: iterator };
}

const everyChunk = () => true;

/**
 * Emits the texts of a reply, each as a chunk, so that those that wait are merged. The first half of a surrogate pair
 * waits for the second, or for the end.
 */
function textChunks(): MonoTypeOperatorFunction<GeminiChunk> {
  return operate((destination) => {
    let half = '';
    const emitUntil = (end: number, text: string) => {
      half = text.slice(end);
      if (end > 0) destination.next({ text: text.slice(0, end) });
    };
    return {
      next({ text: more }) {
        const text = half + more;
        emitUntil(endsInHighSurrogate(text) ? text.length - 1 : text.length, text);
      },
      flush() {
        emitUntil(half.length, half);
      },
    };
  });
}
