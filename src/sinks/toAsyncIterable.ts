import type { Observable } from 'rxjs';
import { coalesceChunks } from '../chunk/coalesceChunks.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertInteger, assertObservable, assertOptions } from '../rx/assertions.js';
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
  options: ToAsyncIterableOptions = {},
): AsyncIterable<T, undefined> {
  assertObservable('source', source);
  assertOptions(options);
  const { highWaterMark = 0 } = options;
  if (highWaterMark !== Infinity) assertInteger('highWaterMark', highWaterMark, 0);
  const { select } = deliveryOf<T>(options);
  return {
    [Symbol.asyncIterator]: () =>
      pullIterator<T>((put) => source.pipe(select(everyChunk), coalesceChunks(put)), highWaterMark),
  };
}

const everyChunk = () => true;
