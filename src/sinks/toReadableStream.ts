import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { iteratorToStream } from './iteratorToStream.js';
import type { ReplyStream } from './replyStream.js';
import { toAsyncIterable, type ToAsyncIterableOptions, type ToTextIterableOptions } from './toAsyncIterable.js';

/**
 * Turns the text of a reply into a web `ReadableStream` of strings, read at the reader's pace: texts that arrive while
 * the reader is busy are joined.
 *
 * The strings are the answer text of candidate 0, without thoughts, and none of them is empty. For the bytes that
 * `new Response()` takes, pipe the stream through a `TextEncoderStream`. All else is as for a stream of chunks. Lossless;
 * holds `highWaterMark` strings and the chunks of one more.
 *
 * @param source - The reply.
 * @param options - See {@link ToTextIterableOptions}.
 * @returns The stream, for browsers and for Node: `Readable.fromWeb()` takes it.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const text = toReadableStream(reply$, { text: true });
 * const response = new Response(text.pipeThrough(new TextEncoderStream()));
 * console.log(await response.text());
 * ```
 * @public
 */
export function toReadableStream(source: Observable<GeminiChunk>, options: ToTextIterableOptions): ReplyStream<string>;
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
 * @returns The stream, for browsers and for Node. Its chunks are objects: `Readable.fromWeb()` needs `objectMode: true`,
 * and a socket needs {@link toSseResponse} or the option `text`.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const reader = toReadableStream(reply$).getReader();
 * for (let read = await reader.read(); !read.done; read = await reader.read()) console.log(read.value.text);
 * ```
 * @public
 */
export function toReadableStream<T extends GeminiChunk>(
  source: Observable<T>,
  options?: ToAsyncIterableOptions,
): ReplyStream<T>;
export function toReadableStream<T extends GeminiChunk>(
  source: Observable<T>,
  options: ToAsyncIterableOptions | ToTextIterableOptions = {},
): ReplyStream<T | string> {
  const values: AsyncIterable<T | string, undefined> = toAsyncIterable(source, options);
  return iteratorToStream(values[Symbol.asyncIterator]()) as ReplyStream<T | string>;
}
