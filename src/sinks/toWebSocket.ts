import { concat, lastValueFrom, takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertObservable, assertOptions } from '../rx/assertions.js';
import { assertOwnFormat, sendEvents, type ReplyFormatOptions } from './sendEvents.js';
import type { WebSocketLike } from '../rx/webSocketLike.js';
import { webSocketMessage } from './webSocketMessage.js';
import { webSocketWriter, type ReplySocketOptions } from './webSocketWriter.js';

/** Options of {@link toWebSocket}. @public */
export interface ToWebSocketOptions<T extends GeminiChunk = GeminiChunk>
  extends ReplyFormatOptions<T>, ReplySocketOptions {}

/**
 * Sends a reply over a WebSocket of the browser, of Node or of the package `ws`, one message per chunk.
 *
 * The messages are JSON: `{ data }` with a chunk (`{ id, data }` with `resumable: true`),
 * `{ event: 'heartbeat', data: {} }` after a silence, and last `{ event: 'done', data: {} }`, or
 * `{ event: 'error', data }` with the public form of the error (its kind, whether and when to try again, a sentence;
 * never the cause, a key or a stack). Subscribes as soon as the socket is open. While more than `highWaterMark` bytes
 * wait in the socket, chunks are merged; a full socket is checked every 10 ms.
 *
 * A closing socket, an error of the socket and an abort of `signal` unsubscribe the source, according to
 * `whenDisconnected`. A client that has taken none of the waiting bytes for `maxStall` counts as disconnected, and its
 * socket is closed; otherwise the socket stays open. Lossless; holds one merged chunk.
 *
 * @param source - The reply. Put a `tap({ error })` on it to log the cause, which the client does not get.
 * @param socket - See {@link WebSocketLike}.
 * @param options - See {@link ToWebSocketOptions}.
 * @returns A promise that resolves when the whole reply was handed to the socket, or the client has disconnected;
 * never rejects.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @see {@link serveWebSocket} for many replies over one socket.
 * @example
 * ```ts
 * const serve = async (socket: WebSocket) => {
 *   await toWebSocket(reply$, socket);
 *   socket.close();
 * };
 * ```
 * @public
 */
export function toWebSocket<T extends GeminiChunk>(
  source: Observable<T>,
  socket: WebSocketLike,
  options: ToWebSocketOptions<T> = {},
): Promise<void> {
  assertObservable('source', source);
  assertOptions(options);
  assertOwnFormat(options.format);
  const events = sendEvents<T>(options);
  const writer = webSocketWriter(socket, options);
  const sent$ = source.pipe(events(([event]) => writer.write(webSocketMessage(event))));
  return lastValueFrom(concat(writer.opened$, sent$).pipe(takeUntil(writer.closed$)), { defaultValue: undefined });
}
