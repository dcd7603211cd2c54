import { from, identity, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { isReplyFormat } from './formatEncoder.js';
import type { ReplyFormat } from './replyFormat.js';
import { sendEvents, type ReplyFormatOptions, type ReplySseOptions } from './sendEvents.js';
import type { FormatSseMessage, ReplySseMessage } from './sseMessage.js';

/**
 * Turns a reply into server-sent events, for a framework that writes the events itself, such as NestJS with `@Sse()`.
 *
 * Emits one event per chunk, as the chunk arrives; then an event of type `done`, or of type `error` with the public form
 * of the error (its kind, whether and when to try again, a sentence; never the cause, a key or a stack). Completes in
 * both cases: after an error, a framework would end the response without a reason for the reader. A heartbeat is an
 * event that browsers do not dispatch. An unsubscription counts as the client's disconnection. Lossless; holds nothing.
 *
 * With `resumable: true`, all events have an `id`, except the last event of `format: 'text'`. NestJS itself numbers
 * events without an `id`, from 1. `fromSse` distinguishes these numbers from indices, which begin with 0, and does not
 * use them to ask for the rest of a reply; nor does it use the ids of `format: 'text'`, which need the opening comment
 * of the other sinks.
 *
 * Unlike the other sinks, `toSse` does not open with a comment: NestJS sends its headers itself, and before version 12
 * writes a message without `data` as an event. So `fromSse` does not know the interval of the heartbeats: set its
 * option `reconnect.maxSilence`. NestJS also answers `HEAD` on a route of `@Sse()`, and subscribes for a moment; add a
 * route of `@Head()` before the route of `@Sse()` to prevent this.
 *
 * With a {@link ReplyFormat} as the `format`, each event of the format is a message `{ data }`, the terminator too, and a
 * heartbeat is `{ comment: 'keep-alive' }`, which needs NestJS 12. The headers of the format are not sent: set them on
 * the response, in NestJS with `@Header()`. NestJS numbers these messages as well.
 *
 * @param options - See {@link ReplySseOptions}.
 * @returns An operator from chunks to events.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @see {@link toSseResponse} and {@link pipeToServerResponse}, which have backpressure.
 * @example
 * ```ts
 * // @Sse('ask') ask(): Observable<MessageEvent> { return …
 * reply$.pipe(toSse()).subscribe(({ id, type, data }) => console.log(id, type ?? 'chunk', data));
 * ```
 * @public
 */
export function toSse<T extends GeminiChunk>(
  options?: ReplySseOptions<T> & Pick<ReplyFormatOptions<T>, 'format'>,
): OperatorFunction<T, ReplySseMessage>;
/**
 * Turns a reply into the messages of a {@link ReplyFormat}: `{ data }` for each event, `{ comment }` for a heartbeat.
 *
 * @param options - See {@link ReplySseOptions}.
 * @returns An operator from chunks to messages.
 * @public
 */
export function toSse<T extends GeminiChunk>(
  options: ReplySseOptions<T> & { readonly format: ReplyFormat<T> },
): OperatorFunction<T, FormatSseMessage>;
/**
 * Turns a reply into the messages of any format.
 *
 * @param options - See {@link ReplySseOptions}.
 * @returns An operator from chunks to messages.
 * @public
 */
export function toSse<T extends GeminiChunk>(
  options?: ReplySseOptions<T>,
): OperatorFunction<T, FormatSseMessage | ReplySseMessage>;
export function toSse<T extends GeminiChunk>(
  options: ReplySseOptions<T> = {},
): OperatorFunction<T, FormatSseMessage | ReplySseMessage> {
  const events = sendEvents(options);
  const withComment = isReplyFormat(options.format)
    ? (event: ReplySseMessage) => (event.type === 'heartbeat' ? heartbeatComment : event)
    : identity<ReplySseMessage>;
  return events((batch) => from(batch.map(withComment)));
}

/** Readers of other protocols would read the JSON of an event without data, and fail. */
const heartbeatComment: FormatSseMessage = { comment: 'keep-alive' };
