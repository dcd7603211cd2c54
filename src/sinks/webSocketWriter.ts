import {
  defer,
  EMPTY,
  ignoreElements,
  interval,
  merge,
  mergeMap,
  NEVER,
  share,
  Subject,
  take,
  tap,
  type Observable,
} from 'rxjs';
import { assertNonNegative, assertPositiveDelay } from '../rx/assertions.js';
import { moment } from '../rx/clock.js';
import { abortOption } from './abortOption.js';
import { keepAlive } from '../rx/keepAlive.js';
import type { ReplySseMessage } from './sseMessage.js';
import { readMaxStall, type StallOptions } from './stallLimit.js';
import { waitUntil } from './waitUntil.js';
import { assertWebSocket, socketEvents, socketState, type WebSocketLike } from '../rx/webSocketLike.js';
import { webSocketMessage } from './webSocketMessage.js';

/** Options of the sinks that write to a WebSocket. @public */
export interface ReplySocketOptions extends StallOptions {
  /**
   * The number of bytes waiting in the socket (its `bufferedAmount`) above which chunks are merged. @defaultValue
   * 65_536
   */
  readonly highWaterMark?: number | undefined;
  /**
   * The silence after which a heartbeat is sent, in ms, so that no proxy closes the socket while the model thinks;
   * `false` sends none. A heartbeat is the message `{"event":"heartbeat","data":{}}`, which clients may ignore: a
   * browser can neither send the protocol's pings nor see them.
   *
   * @defaultValue 15_000
   */
  readonly heartbeat?: number | false | undefined;
  /** An abort of this signal counts as a disconnection. The socket stays open. */
  readonly signal?: AbortSignal | undefined;
}

/** Writes to a WebSocket, and reports the client's disconnection. */
export interface WebSocketWriter {
  /** Completes when the socket is open. */
  readonly opened$: Observable<never>;
  /** Emits when the client has disconnected or was dropped. */
  readonly closed$: Observable<unknown>;
  /** Sends heartbeats while nothing else is sent. */
  readonly heartbeats$: Observable<never>;
  /** The time between heartbeats, in ms; undefined without heartbeats. */
  readonly heartbeat: number | undefined;
  /** Whether another message may be sent. */
  isReady(): boolean;
  /** Sends a message; completes when more may be sent. */
  write(message: string): Observable<never>;
  /** Closes the socket of a client that does not read, or has vanished. */
  drop(): void;
}

/** The interval at which a full socket is checked, in ms: no event reports that the socket has room again. */
const checkInterval = 10;

export function webSocketWriter(socket: WebSocketLike, options: ReplySocketOptions): WebSocketWriter {
  const { highWaterMark = 65_536, heartbeat = 15_000, signal } = options;
  assertNonNegative('highWaterMark', highWaterMark);
  if (heartbeat !== false) assertPositiveDelay('heartbeat', heartbeat);
  assertWebSocket(socket);
  const maxStall = readMaxStall(options);
  const abort$ = abortOption(signal);
  /** Emits when the client is dropped, or a message cannot be sent. */
  const lost$ = new Subject<void>();
  const drop = () => {
    if (socket.terminate) socket.terminate();
    else socket.close?.();
    lost$.next();
  };
  const isReady = () => socket.bufferedAmount <= highWaterMark;
  let sentAt = moment();
  const write = (message: string) => {
    sentAt = moment();
    try {
      socket.send(message);
    } catch {
      // Some runtimes throw if the socket is closed already.
      lost$.next();
      return NEVER;
    }
    return waitUntil(isReady, checks$);
  };
  const withHeartbeats = (ms: number) => keepAlive(ms, heartbeatEvent, () => sentAt);
  const sendHeartbeat = (event: ReplySseMessage) => (isReady() ? write(webSocketMessage(event)) : EMPTY);
  // One timer for all replies that wait. The replies take turns: after a message, a reply subscribes again, behind the
  // others.
  const checks$ = defer(() => {
    let waiting = socket.bufferedAmount;
    /** The time for which the client has taken no byte, in ms. */
    let stalled = 0;
    const check = () => {
      stalled = socket.bufferedAmount < waiting ? 0 : stalled + checkInterval;
      waiting = socket.bufferedAmount;
      if (stalled >= maxStall) drop();
    };
    return interval(checkInterval).pipe(tap(check));
  }).pipe(share());
  return {
    opened$: defer(() =>
      socket.readyState === socketState.connecting
        ? socketEvents(socket, 'open').pipe(take(1), ignoreElements())
        : EMPTY,
    ),
    closed$: defer(() =>
      socket.readyState > socketState.open
        ? [socket]
        : merge(socketEvents(socket, 'close'), socketEvents(socket, 'error'), abort$, lost$),
    ),
    heartbeats$: heartbeat === false ? EMPTY : NEVER.pipe(withHeartbeats(heartbeat), mergeMap(sendHeartbeat)),
    heartbeat: heartbeat === false ? undefined : heartbeat,
    isReady,
    write,
    drop,
  };
}

const heartbeatEvent: ReplySseMessage = { type: 'heartbeat', data: '' };
