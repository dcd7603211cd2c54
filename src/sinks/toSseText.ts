import { of, startWith, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { openingText, sendEvents, type ReplySseOptions } from './sendEvents.js';
import { sseText } from './sseMessage.js';

/**
 * Turns a reply into the text of a stream of server-sent events, for any kind of connection that writes text.
 *
 * Emits a comment, so that the headers are sent at once; then the text of one event per chunk, as the chunk arrives; then
 * `event: done`, or `event: error` with the public form of the error (its kind, whether and when to try again, a
 * sentence; never the cause, a key or a stack), and completes in both cases. Heartbeat comments fill the silences. With a
 * {@link ReplyFormat} as the `format`, emits the text of the events of each chunk instead; its headers are for the caller
 * to send. An unsubscription counts as the client's disconnection. Lossless; holds nothing.
 *
 * @param options - See {@link ReplySseOptions}.
 * @returns An operator from chunks to texts: joined, they are the body of the response.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @see {@link toSseResponse} and {@link pipeToServerResponse}, which have backpressure.
 * @example
 * ```ts
 * reply$.pipe(toSseText()).subscribe((text) => process.stdout.write(text));
 * ```
 * @public
 */
export function toSseText<T extends GeminiChunk>(options: ReplySseOptions<T> = {}): OperatorFunction<T, string> {
  const events = sendEvents(options)((batch) => of(sseText(batch)));
  const opening = openingText(options);
  return (source) => source.pipe(events, startWith(opening));
}
