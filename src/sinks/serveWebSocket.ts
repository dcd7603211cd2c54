import {
  concat,
  defer,
  EMPTY,
  finalize,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  Subject,
  takeUntil,
  type Observable,
} from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { EventId } from '../chunk/parseEventId.js';
import { parsePosition } from '../chunk/replyPosition.js';
import { GeminiError } from '../errors/geminiError.js';
import type { GeminiErrorKind } from '../errors/kinds.js';
import { publicError } from '../errors/publicError.js';
import { assertInteger, assertOptions, typeError } from '../rx/assertions.js';
import { readClientMessage } from './clientMessage.js';
import { ClientMonitor } from './clientMonitor.js';
import { assertOwnFormat, sendEvents, type ReplyFormatOptions } from './sendEvents.js';
import { socketMessages, type WebSocketLike } from '../rx/webSocketLike.js';
import { cancelledMessage, webSocketMessage } from './webSocketMessage.js';
import { webSocketWriter, type ReplySocketOptions } from './webSocketWriter.js';

/** Options of {@link serveWebSocket}. @public */
export interface ServeWebSocketOptions<T extends GeminiChunk = GeminiChunk>
  extends Omit<ReplyFormatOptions<T>, 'lastEventId'>, ReplySocketOptions {
  /** The maximum number of open replies; a message beyond that is answered with `rate_limit`. @defaultValue 16 */
  readonly maxReplies?: number | undefined;
}

/**
 * Answers the messages of a client with replies, many at a time, over one WebSocket. All messages are JSON.
 *
 * The client sends
 * - `{ reply, message }`: starts a reply. `reply` is a name that the client chooses, of at most 128 characters;
 *   `message` is passed to `handler` unchecked. With `resumable: true`, the message may have a `lastEventId`, and the
 *   chunks up to that index are omitted; without that option, a message with `lastEventId` is refused. A `lastEventId`
 *   that is a text, the `position` of a chunk of `createReplies`, becomes the second argument of `handler`; if `handler`
 *   does not declare two parameters, the message is refused, because it would ask the model again.
 * - `{ reply, cancel: true }`: cancels the reply.
 * - `{ event: 'heartbeat' }`: a sign of life, which is not answered. A client that sends heartbeats announces them in the
 *   first message that starts a reply: `{ reply, message, heartbeat: 15000 }`, with the time between them in ms.
 *
 * and receives
 * - `{ reply, data }`: a chunk; with `resumable: true`, `{ reply, id, data }` with the chunk's index; `id` is the
 *   chunk's `position`, a text, if it has one.
 * - `{ reply, event, data }`: the last message of a reply. `event` is `done`; `error`, with the public form of the
 *   error (its kind, whether and when to try again, a sentence; never the cause, a key or a stack), also if `handler`
 *   throws; or `cancelled`.
 * - `{ event: 'error', data }`: the client's message was malformed, or named a reply that has not ended.
 * - `{ event: 'heartbeat', data: {} }`: may be ignored; sent after a silence, also between replies.
 * - `{ event: 'heartbeat', data: { interval: 15000 } }`: answers a client that announces heartbeats, with the time
 *   between the heartbeats of the server in ms. Not sent with `heartbeat: false`; heartbeats are then not expected either.
 *
 * {@link webSocketReplies} is such a client.
 *
 * Call `serveWebSocket` in the connection handler, before the first `await`: a socket of `ws` drops the messages that
 * arrive while it has no listener. If something has to be awaited first, pause the socket until then, as in the second
 * example.
 *
 * While more than `highWaterMark` bytes wait in the socket, each reply merges its chunks, and the replies take turns. A
 * closing socket, an error of the socket and an abort of `signal` unsubscribe all replies, according to
 * `whenDisconnected`; a client's `cancel` always unsubscribes. A client that has taken none of the waiting bytes for
 * `maxStall` counts as disconnected, and its socket is closed; so does a client that has announced heartbeats and,
 * while a reply is open, sends nothing for three of them (or three of the server's, if those take longer): it has
 * vanished without closing the connection. Otherwise the socket stays open. Lossless; holds one merged chunk a reply.
 *
 * @param socket - See {@link WebSocketLike}.
 * @param handler - Returns the reply to a message. With a second argument, the rest of a reply that broke off: `after` is
 * the position of the last chunk that the client has, for `follow` of `createReplies`.
 * @param options - See {@link ServeWebSocketOptions}.
 * @returns A promise that resolves when the client has disconnected; never rejects.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const serve = (socket: WebSocket) =>
 *   serveWebSocket(socket, (message) => fromGemini(ai, { model, contents: String(message) }));
 * // The client: socket.send(JSON.stringify({ reply: '1', message: 'Hello' }))
 * ```
 * @example
 * ```ts
 * import type { WebSocket as NodeWebSocket } from 'ws';
 *
 * const serve = async (socket: NodeWebSocket, isAllowed: Promise<boolean>) => {
 *   socket.pause();
 *   if (!(await isAllowed)) return socket.terminate();
 *   void serveWebSocket(socket, (message) => fromGemini(ai, { model, contents: String(message) }));
 *   socket.resume();
 * };
 * ```
 * @public
 */
export function serveWebSocket<T extends GeminiChunk>(
  socket: WebSocketLike,
  handler: (message: unknown, after?: string) => Observable<T>,
  options: ServeWebSocketOptions<T> = {},
): Promise<void> {
  assertOptions(options);
  const { maxReplies = 16, resumable = false } = options;
  if (typeof handler !== 'function') throw typeError('handler', 'a function', handler);
  assertInteger('maxReplies', maxReplies, 1);
  assertOwnFormat(options.format);
  // Checks the options at the call.
  sendEvents<T>(options);
  const writer = webSocketWriter(socket, options);
  /** The cancels of the open replies, by name. A name may be used again after the reply's last message. */
  const cancels = new Map<string, Subject<void>>();
  /** The number of replies, including those whose last message waits to be sent: they count towards `maxReplies`. */
  let count = 0;
  const { heartbeat } = writer;
  const monitor = heartbeat === undefined ? undefined : new ClientMonitor(heartbeat, () => writer.drop());
  const setCount = (replies: number) => {
    count = replies;
    monitor?.watch(count > 0);
  };

  const startReply = (reply: string, message: unknown, lastEventId?: EventId) => {
    const cancel$ = new Subject<void>();
    let isCancelled = false;
    cancels.set(reply, cancel$);
    setCount(count + 1);
    const write = (text: string, isLast: boolean) => {
      if (isLast) cancels.delete(reply);
      return writer.write(text);
    };
    const [index, after] = typeof lastEventId === 'string' ? [undefined, lastEventId] : [lastEventId];
    const events = sendEvents<T>({ ...options, lastEventId: index, heartbeat: false });
    const reply$ = defer(() => (after === undefined ? handler(message) : handler(message, after))).pipe(
      // Also here: with `whenDisconnected: 'finish'`, the `takeUntil` below does not unsubscribe the source.
      takeUntil(cancel$),
      events(([event], isLast) => write(webSocketMessage(event, reply), isLast)),
      takeUntil(cancel$.pipe(map(() => (isCancelled = true)))),
    );
    const cancelled$ = defer(() => (isCancelled ? write(cancelledMessage(reply), true) : EMPTY));
    return concat(reply$, cancelled$).pipe(finalize(() => setCount(count - 1)));
  };
  const refuse = (kind: GeminiErrorKind, reply?: string): Observable<never> => {
    const data = JSON.stringify(publicError(new GeminiError('refused', { kind })));
    // A client that sends malformed messages and does not read gets no answer: answers would pile up.
    return writer.isReady() ? writer.write(webSocketMessage({ type: 'error', data }, reply)) : EMPTY;
  };
  /** Answers a client that announces heartbeats with the interval of the server's; only then does it send heartbeats. */
  const exchangeHeartbeats = (interval: number) => {
    // Without an answer, the client is not expected to send heartbeats.
    if (!monitor || !writer.isReady()) return;
    monitor.announce(interval);
    void writer.write(webSocketMessage({ type: 'heartbeat', data: JSON.stringify({ interval: heartbeat }) }));
  };
  const handleMessage = (data: unknown): Observable<never> => {
    monitor?.touch();
    const received = readClientMessage(data);
    if (!received) return refuse('invalid_request');
    if (received.type === 'heartbeat') return EMPTY;
    const { reply } = received;
    if (received.type === 'cancel') {
      cancels.get(reply)?.next();
      return EMPTY;
    }
    if (received.heartbeat !== undefined) exchangeHeartbeats(received.heartbeat);
    if (cancels.has(reply)) return refuse('invalid_request');
    if (count >= maxReplies) return refuse('rate_limit', reply);
    const { message, lastEventId } = received;
    if (typeof lastEventId === 'string') {
      if (handler.length > 1) return startReply(reply, message, lastEventId);
      // The message of a client that resumes is refused by its name, any other as malformed.
      return refuse('invalid_request', parsePosition(lastEventId) && reply);
    }
    if (!resumable) return lastEventId < 0 ? startReply(reply, message) : refuse('invalid_request', reply);
    return startReply(reply, message, lastEventId);
  };

  const served$ = merge(
    socketMessages(socket).pipe(mergeMap(({ data }) => handleMessage(data))),
    concat(writer.opened$, writer.heartbeats$),
  ).pipe(takeUntil(writer.closed$));
  return lastValueFrom(served$, { defaultValue: undefined });
}
