import { catchError, concat, concatMap, defer, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { checkFormat, orFault } from './formatEncoder.js';
import type { ReplyFormat } from './replyFormat.js';

/**
 * Turns a reply into the events of a format, for a reader in the same process: an agent of AG-UI, the writer of
 * `createUIMessageStream`, a test.
 *
 * Emits the events of `start` at the subscription, those of each chunk as the chunk arrives, and last those of `end`. A
 * failure of the source is emitted as the events of `failure`, which get the public form of the error, and the result
 * completes: the cause does not reach the reader. A format that throws, or returns no list, counts as such a failure;
 * the result errors only if `begin` or `failure` does so. An unsubscription emits nothing. The headers and the
 * terminator of the format belong to a response and are not emitted. Each subscription begins a reply of its own.
 * Lossless; holds nothing.
 *
 * @param format - See {@link ReplyFormat}.
 * @returns An operator from chunks to events.
 * @throws TypeError - At the call, if `format` is not a ReplyFormat.
 * @see {@link toSseResponse} and the other sinks, whose option `format` sends these events.
 * @example
 * ```ts
 * const events = toFormat({
 *   begin: () => ({
 *     start: () => ['begins'],
 *     chunk: ({ text }) => (text ? [`says ${text}`] : []),
 *     end: () => ['ends'],
 *     failure: ({ kind }) => [`fails: ${kind}`],
 *   }),
 * });
 * reply$.pipe(events).subscribe((event) => console.log(event));
 * ```
 * @public
 */
export function toFormat<T extends GeminiChunk, E>(format: ReplyFormat<T, E>): OperatorFunction<T, E> {
  const { begin } = checkFormat(format);
  return (source) =>
    defer(() => {
      const encoder = begin();
      return concat(
        defer(() => encoder.start()),
        source.pipe(concatMap((chunk) => encoder.chunk(chunk))),
        defer(() => encoder.end()),
      ).pipe(catchError((cause: unknown) => orFault(() => encoder.failure(cause))));
    });
}
