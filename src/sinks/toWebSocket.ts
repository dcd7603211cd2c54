import { concat, lastValueFrom, takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertObservable, assertOptions } from '../rx/assertions.js';
import { eventsOf, type ReplyFormatOptions } from './eventsOf.js';
import { messageOf, webSocketPort, type ReplySocketOptions, type WebSocketLike } from './webSocketPort.js';

/** Options of {@link toWebSocket}. @public */
export interface ToWebSocketOptions<T extends GeminiChunk = GeminiChunk>
  extends ReplyFormatOptions<T>, ReplySocketOptions {}

/**
 * Sends a reply over a WebSocket, one message a chunk: a browser's, Node's, or one of the package `ws`.
 *
 * The messages are JSON: `{ data }` with a chunk (`{ id, data }` with `resumable: true`),
 * `{ event: 'heartbeat', data: {} }` while nothing else is sent, and last `{ event: 'done', data: {} }`, or
 * `{ event: 'error', data }` with the public form of the error (its kind, whether and when to try again, a sentence;
 * never the cause, a key or a stack). Subscribes as soon as the socket is open. While more than `highWaterMark` bytes
 * wait in the socket, chunks are merged; the socket is checked every 10 ms, and only then. The socket's closing, its
 * error or an abort of `signal` unsubscribes the source, as `whenDisconnected` says; so does a client that has taken none
 * of the waiting bytes for `maxStall`, and its socket is closed. Otherwise the socket stays open. Lossless; holds one
 * merged chunk.
 *
 * @param source - The reply. Put a `tap({ error })` on it to log the cause, which the client does not get.
 * @param socket - See {@link WebSocketLike}.
 * @param options - See {@link ToWebSocketOptions}.
 * @returns A promise that resolves when all is handed to the socket, or the client has disconnected; never rejects.
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
  const events = eventsOf<T>(options);
  const port = webSocketPort(socket, options);
  const sent$ = source.pipe(events((event) => port.send(messageOf(event))));
  return lastValueFrom(concat(port.opened$, sent$).pipe(takeUntil(port.left$)), { defaultValue: undefined });
}
