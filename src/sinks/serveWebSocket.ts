import {
  concat,
  defer,
  EMPTY,
  finalize,
  fromEventPattern,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  Subject,
  takeUntil,
  type Observable,
} from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import type { GeminiErrorKind } from '../errors/kinds.js';
import { publicError } from '../errors/publicError.js';
import { assertInteger, assertOptions, typeError } from '../rx/assertions.js';
import { clientMessage } from './clientMessage.js';
import { eventsOf, type ReplyFormatOptions } from './eventsOf.js';
import { messageOf, webSocketPort, type ReplySocketOptions, type WebSocketLike } from './webSocketPort.js';

/** Options of {@link serveWebSocket}. @public */
export interface ServeWebSocketOptions<T extends GeminiChunk = GeminiChunk>
  extends Omit<ReplyFormatOptions<T>, 'lastEventId'>, ReplySocketOptions {
  /**
   * The most replies under way at once; a message beyond them is answered with `rate_limit`. @defaultValue 16
   */
  readonly maxReplies?: number | undefined;
}

/**
 * Answers the messages of a client with replies, many at a time, over one WebSocket. All messages are JSON.
 *
 * The client sends
 * - `{ reply, message }`: begin a reply. `reply` is a name of its choice, of at most 128 characters; `message` goes to
 *   `handler`, and is not checked in any way. With `resumable: true`, `lastEventId` beside them leaves out the chunks
 *   that it has; otherwise such a message is refused.
 * - `{ reply, cancel: true }`: cancel it.
 *
 * and gets
 * - `{ reply, data }`: a chunk; with `resumable: true`, `{ reply, id, data }` with its index.
 * - `{ reply, event, data }`: the last of a reply. `done`; `error` with the public form of the error (its kind, whether
 *   and when to try again, a sentence; never the cause, a key or a stack), also if `handler` throws; or `cancelled`.
 * - `{ event: 'error', data }`: its message was not one of these, or its `reply` is under way already.
 * - `{ event: 'heartbeat', data: {} }`: nothing; sent while nothing else is, also between replies.
 *
 * Call it in the handler of the connection, before anything is awaited: a socket of `ws` drops the messages that come
 * while nobody listens. Where something has to be awaited first, pause the socket until then: the second example.
 *
 * While more than `highWaterMark` bytes wait in the socket, each reply merges what comes, and they take turns. The
 * socket's closing, its error or an abort of `signal` unsubscribes all of them, as `whenDisconnected` says; a client's
 * `cancel` always does. A client that has taken none of the waiting bytes for `maxStall` counts as disconnected, and
 * its socket is closed; otherwise the socket stays open. Lossless; holds one merged chunk a reply.
 *
 * @param socket - See {@link WebSocketLike}.
 * @param handler - Returns the reply to a message.
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
  handler: (message: unknown) => Observable<T>,
  options: ServeWebSocketOptions<T> = {},
): Promise<void> {
  assertOptions(options);
  const { maxReplies = 16, resumable = false } = options;
  if (typeof handler !== 'function') throw typeError('handler', 'a function', handler);
  assertInteger('maxReplies', maxReplies, 1);
  eventsOf<T>(options);
  const port = webSocketPort(socket, options);
  /** The cancels of the replies under way, by name; a name is free again with the last message. */
  const replies = new Map<string, Subject<void>>();
  /** The number of replies, with those whose last message waits: nothing piles up for a client that does not read. */
  let count = 0;

  const begin = (reply: string, message: unknown, lastEventId?: number) => {
    const cancel$ = new Subject<void>();
    let isCancelled = false;
    replies.set(reply, cancel$);
    count += 1;
    const tell = (text: string, isLast: boolean) => {
      if (isLast) replies.delete(reply);
      return port.send(text);
    };
    const events = eventsOf<T>({ ...options, lastEventId, heartbeat: false });
    const reply$ = defer(() => handler(message)).pipe(
      // Here as well: below, the source may be told to run to its end.
      takeUntil(cancel$),
      events((event, isLast) => tell(messageOf(event, reply), isLast)),
      takeUntil(cancel$.pipe(map(() => (isCancelled = true)))),
    );
    const cancelled$ = defer(() => (isCancelled ? tell(cancelledMessage(reply), true) : EMPTY));
    return concat(reply$, cancelled$).pipe(finalize(() => (count -= 1)));
  };
  const refuse = (kind: GeminiErrorKind, reply?: string): Observable<never> => {
    const data = JSON.stringify(publicError(new GeminiError('refused', { kind })));
    // One who sends rubbish and does not read is not answered.
    return port.isReady() ? port.send(messageOf({ type: 'error', data }, reply)) : EMPTY;
  };
  const answer = (data: unknown): Observable<never> => {
    const said = clientMessage(data);
    if (!said) return refuse('invalid_request');
    const { reply } = said;
    if (said.cancel) {
      replies.get(reply)?.next();
      return EMPTY;
    }
    if (replies.has(reply)) return refuse('invalid_request');
    if (count >= maxReplies) return refuse('rate_limit', reply);
    const { message, lastEventId = -1 } = said;
    if (!resumable) return lastEventId < 0 ? begin(reply, message) : refuse('invalid_request', reply);
    return begin(reply, message, lastEventId);
  };

  const messages$ = fromEventPattern<{ readonly data: unknown }>(
    (listener) => socket.addEventListener('message', listener),
    (listener) => socket.removeEventListener('message', listener),
  );
  const served$ = merge(messages$.pipe(mergeMap(({ data }) => answer(data))), concat(port.opened$, port.beats$)).pipe(
    takeUntil(port.left$),
  );
  return lastValueFrom(served$, { defaultValue: undefined });
}

function cancelledMessage(reply: string): string {
  return `{"reply":${JSON.stringify(reply)},"event":"cancelled","data":{}}`;
}
