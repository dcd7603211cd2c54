import type { Observable } from 'rxjs';
import { coalesceChunks } from '../chunk/coalesceChunks.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertInteger, assertObservable, assertOptions } from '../rx/assertions.js';
import { deliverable, type DeliveryOptions } from './deliverable.js';
import { pullFrom } from './pullFrom.js';

/** Options of {@link toAsyncIterable} and {@link toReadableStream}. @public */
export interface ToAsyncIterableOptions extends DeliveryOptions {
  /**
   * The most chunks that wait, each by itself, until they are asked for; further ones are merged into one more.
   *
   * @defaultValue 0: all that waits is one chunk
   */
  readonly highWaterMark?: number | undefined;
}

/**
 * Reads a reply with `for await`, at the loop's pace: chunks that come while the loop is busy are merged.
 *
 * Each loop subscribes for itself, at its first step. It gets what has arrived as one chunk, or waits for the next. A
 * failure of the source is thrown once all that came before it was read; `break`, `return` and a `throw` in the loop
 * unsubscribe the source, also while it is silent. A loop that takes long holds the reply, and its request, for as
 * long. Lossless; holds `highWaterMark` chunks and one merged chunk.
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
  const { prepare } = deliverable<T>(options);
  return {
    [Symbol.asyncIterator]: () =>
      pullFrom<T>((put) => source.pipe(prepare(everyChunk), coalesceChunks(put)), highWaterMark),
  };
}

const everyChunk = () => true;
