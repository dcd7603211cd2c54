import { defer, ReplaySubject, share, switchMap, tap, timer, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertDelay, assertFunction, assertPositiveDelay, typeError } from '../rx/assertions.js';
import { operate } from '../rx/operate.js';
import { resolveOption } from '../rx/resolveOption.js';
import { isWebSocket } from '../rx/webSocketLike.js';
import { isWebSocketTarget, openWebSocket, type OpenSocketOptions, type WebSocketTarget } from './openWebSocket.js';
import { ReceivedReply } from './receivedReply.js';
import { readReconnections, reconnectReply, type ReconnectOptions } from './reconnectReply.js';
import { replySocket, type ReplySocket } from './replySocket.js';
import { messageJson } from './startMessage.js';

/** Options of {@link webSocketReplies}. @public */
export interface WebSocketRepliesOptions extends OpenSocketOptions {
  /**
   * The time for which a socket stays open without a reply, in ms. A new reply within this time uses the same socket, as
   * the requests of a tool loop do. @defaultValue 500
   */
  readonly maxIdle?: number | undefined;
  /**
   * The silence of this side after which a heartbeat is sent while the socket is in use, in ms; `false` sends none.
   * Heartbeats are sent only to a server that answers their announcement. From three missing heartbeats, the server
   * learns that this side has vanished. @defaultValue 15_000
   */
  readonly heartbeat?: number | false | undefined;
  /** The reconnections, and the silence that counts as a broken connection: see {@link ReconnectOptions}. */
  readonly reconnect?: ReconnectOptions | undefined;
  /** The longest wait before a reconnection, in ms. @defaultValue 30_000 */
  readonly maxDelay?: number | undefined;
}

/**
 * Makes a function that sends a message to a server and returns the reply as a cold Observable of its chunks: the client
 * of {@link serveWebSocket}, with one WebSocket for all replies. The function is also a {@link ChatSource}.
 *
 * The first subscription opens the socket. Each subscription sends its message once the socket is open, and gets its own
 * reply; replies run side by side. Unsubscribing cancels the reply on the server, and sends nothing if the socket was
 * not open yet. `maxIdle` after the last reply, the socket is closed.
 *
 * No message is sent twice, unless the server can resume the reply (`resumable: true`): if the socket breaks, the source
 * then opens another and asks for the rest, so that no chunk is emitted twice; see {@link fromSse}. Otherwise, the open
 * replies fail, and the next subscription opens another socket. Heartbeats are messages, in both directions: this side
 * detects a silent server (`reconnect.maxSilence`), and the server a client that has vanished.
 *
 * Chunks are emitted as they arrive, and nothing is held; a browser cannot slow a server down, so a slow consumer must
 * merge chunks itself (`renderEvery`, `coalesceMap`). Lossless.
 *
 * Errors are `GeminiError`s, after all chunks that had arrived. The server's errors keep their kind, `retryable` and
 * `retryAfter`; `rate_limit` also stands for more open replies than the server's `maxReplies`. `network`: the socket
 * cannot be opened, broke, or was silent too long. `truncated`: the server closed the socket before the reply was whole.
 * `protocol`: a server that does not speak the protocol of `serveWebSocket`. `invalid_request`: a message that has no
 * JSON; a URL that cannot be opened, such as a path without a page (server-side rendering); a platform without
 * `WebSocket`. A server that closes the socket with a code for its reason, or refuses to open it, gives the error the
 * kind of that reason.
 *
 * @param target - A URL, or a path in a browser, also with `http:` or `https:`; or a function that makes it for each
 * socket, also as a promise: for a token that expires. The function may also return a new socket, for headers as `ws`
 * has them. Or a socket that is open or opens: the source never closes that one, and others may use it as well.
 * @param options - See {@link WebSocketRepliesOptions}.
 * @returns A function from messages to replies. As with `fromGemini`, bad outcomes are completions; `classifyErrors`
 * makes them failures.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @example
 * ```ts
 * const ask = webSocketReplies('/api/replies');
 * ask({ message: 'Why is the sky blue?' })
 *   .pipe(toText())
 *   .subscribe((text) => console.log(text));
 *
 * const chat = createChat(webSocketReplies('/api/chat'));
 * ```
 * @public
 */
export function webSocketReplies(
  target: WebSocketTarget | (() => WebSocketTarget | PromiseLike<WebSocketTarget>),
  options: WebSocketRepliesOptions = {},
): (message: unknown) => Observable<GeminiChunk> {
  const reconnections = readReconnections(options);
  const { WebSocket, protocols, maxIdle = 500, heartbeat = 15_000 } = options;
  const { maxSilence } = reconnections;
  if (typeof target !== 'function' && !isWebSocketTarget(target)) {
    throw typeError('target', 'a URL, a WebSocket, or a function that makes one', target);
  }
  assertFunction('WebSocket', WebSocket);
  assertProtocols(protocols);
  assertDelay('maxIdle', maxIdle);
  if (heartbeat !== false) assertPositiveDelay('heartbeat', heartbeat);

  /** The socket that was opened last. */
  let last: ReplySocket | undefined;
  const isOwn = !isWebSocket(target);
  const socket$ = defer(() => resolveOption<WebSocketTarget>(target)).pipe(
    switchMap((resolved) => replySocket(openWebSocket(resolved, options), isOwn, { heartbeat, maxSilence })),
    tap((socket) => (last = socket)),
    // A subscriber that comes later gets the open socket.
    share({
      connector: () => new ReplaySubject<ReplySocket>(1),
      // No listener stays on a socket of the caller.
      resetOnRefCountZero: isOwn ? () => timer(maxIdle) : true,
    }),
  );

  return (message) =>
    defer(() => {
      const json = messageJson(message);
      const received = new ReceivedReply();
      received.announce(undefined);
      return defer(() => {
        last?.assertOpen();
        return socket$;
      }).pipe(
        operate<ReplySocket, GeminiChunk>((destination) => ({
          next(socket) {
            socket.begin(received, json, destination);
          },
        })),
        reconnectReply(received, reconnections),
      );
    });
}

function assertProtocols(protocols: unknown): void {
  const names: readonly unknown[] = Array.isArray(protocols) ? protocols : [protocols ?? ''];
  if (names.some((name) => typeof name !== 'string'))
    throw typeError('protocols', 'a name or a list of names', protocols);
}
