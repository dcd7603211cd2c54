import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { iteratorToStream } from './iteratorToStream.js';
import { toAsyncIterable, type ToAsyncIterableOptions } from './toAsyncIterable.js';

/**
 * Turns a reply into a web `ReadableStream` of chunks, read at the reader's pace: chunks that arrive while the reader
 * is busy are merged.
 *
 * The source is subscribed at the first read, and unsubscribed by `cancel()`. The stream closes when the reply is
 * complete; a failure of the source errors the stream once every earlier chunk was read. A reader that neither reads
 * nor cancels keeps the reply and its request open. Lossless; holds `highWaterMark` chunks and one merged chunk.
 *
 * @param source - The reply.
 * @param options - See {@link ToAsyncIterableOptions}.
 * @returns The stream. Its chunks are objects: to write them to a socket, use {@link toSseResponse} or a transform.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const lines = new TransformStream<{ text: string }, string>({
 *   transform: ({ text }, controller) => controller.enqueue(text),
 * });
 * for await (const line of toReadableStream(reply$).pipeThrough(lines)) console.log(line);
 * ```
 * @public
 */
export function toReadableStream<T extends GeminiChunk>(
  source: Observable<T>,
  options: ToAsyncIterableOptions = {},
): ReadableStream<T> {
  return iteratorToStream(toAsyncIterable(source, options)[Symbol.asyncIterator]());
}
