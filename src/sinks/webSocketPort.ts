import {
  defer,
  EMPTY,
  fromEventPattern,
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
import { assertNonNegative, assertPositiveDelay, typeError } from '../rx/assertions.js';
import { moment } from '../rx/clock.js';
import type { SseEvent } from './sseText.js';
import { abortOf } from './abortOf.js';
import { keepAlive } from './keepAlive.js';
import { maxStallOf, type StallOptions } from './stallLimit.js';
import { whenReady } from './whenReady.js';

/** A `WebSocket` of the browser, of Node or of the package `ws`. @public */
export interface WebSocketLike {
  /** 0 while it connects, 1 while it is open. */
  readonly readyState: number;
  /** The number of bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /** Sends a text. */
  send(text: string): unknown;
  /** Closes the connection at once, as sockets of `ws` can: used on a client that has stalled. */
  terminate?(): unknown;
  /** Closes the connection: used on a client that has stalled, where there is no `terminate`. */
  close?(): unknown;
  /** Listens to what comes. */
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  /** Listens to what becomes of the socket. */
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): unknown;
  /** Stops listening. */
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  /** Stops listening. */
  removeEventListener(type: 'open' | 'close' | 'error', listener: () => void): unknown;
}

/** Options of the sinks that write to a WebSocket. @public */
export interface ReplySocketOptions extends StallOptions {
  /** The most bytes that wait in the socket (its `bufferedAmount`) before chunks are merged. @defaultValue 65_536 */
  readonly highWaterMark?: number | undefined;
  /**
   * The silence after which a heartbeat is sent, in ms, so that no proxy closes the socket while the model thinks;
   * `false` sends none. It is a message of its own, `{"event":"heartbeat","data":{}}`, for readers to ignore: a browser
   * neither sends the protocol's pings nor sees them.
   *
   * @defaultValue 15_000
   */
  readonly heartbeat?: number | false | undefined;
  /** Its abort counts as a disconnection. The socket stays open. */
  readonly signal?: AbortSignal | undefined;
}

/** A socket as the sinks use it. */
export interface WebSocketPort {
  /** Is over when the socket is open. */
  readonly opened$: Observable<never>;
  /** Emits when the reader has left. */
  readonly left$: Observable<unknown>;
  /** Sends heartbeats while nothing else is sent. */
  readonly beats$: Observable<never>;
  /** Whether more may be sent. */
  isReady(): boolean;
  /** Sends a message; is over when more may be sent. */
  send(message: string): Observable<never>;
}

/** The interval at which a full socket is checked, in ms: no event reports that it has room again. */
const lookEvery = 10;

const connecting = 0;
const open = 1;

export function webSocketPort(socket: WebSocketLike, options: ReplySocketOptions): WebSocketPort {
  const { highWaterMark = 65_536, heartbeat = 15_000, signal } = options;
  assertNonNegative('highWaterMark', highWaterMark);
  if (heartbeat !== false) assertPositiveDelay('heartbeat', heartbeat);
  assertSocket(socket);
  const maxStall = maxStallOf(options);
  const abort$ = abortOf(signal);
  /** Emits when the client is given up. */
  const lost$ = new Subject<void>();
  const drop = () => {
    if (socket.terminate) socket.terminate();
    else socket.close?.();
    lost$.next();
  };
  const is = (type: 'open' | 'close' | 'error') =>
    fromEventPattern(
      (listener) => socket.addEventListener(type, listener),
      (listener) => socket.removeEventListener(type, listener),
    );
  const isReady = () => socket.bufferedAmount <= highWaterMark;
  let sentAt = moment();
  const send = (message: string) => {
    sentAt = moment();
    try {
      socket.send(message);
    } catch {
      // Some runtimes throw where the socket is closed already.
      lost$.next();
      return NEVER;
    }
    return whenReady(isReady, looks$);
  };
  const withBeats = (ms: number) => keepAlive(ms, beat, () => sentAt);
  const sendBeat = (event: SseEvent) => (isReady() ? send(messageOf(event)) : EMPTY);
  // One timer for all that wait, in turns: who has sent is told last the next time.
  const looks$ = defer(() => {
    let waiting = socket.bufferedAmount;
    /** The time for which no byte was taken, in ms. */
    let stalled = 0;
    const look = () => {
      stalled = socket.bufferedAmount < waiting ? 0 : stalled + lookEvery;
      waiting = socket.bufferedAmount;
      if (stalled >= maxStall) drop();
    };
    return interval(lookEvery).pipe(tap(look));
  }).pipe(share());
  return {
    opened$: defer(() => (socket.readyState === connecting ? is('open').pipe(take(1), ignoreElements()) : EMPTY)),
    left$: defer(() => (socket.readyState > open ? [socket] : merge(is('close'), is('error'), abort$, lost$))),
    beats$: heartbeat === false ? EMPTY : NEVER.pipe(withBeats(heartbeat), mergeMap(sendBeat)),
    isReady,
    send,
  };
}

function assertSocket(socket: unknown): void {
  const hasListeners = typeof socket === 'object' && socket !== null && 'addEventListener' in socket;
  if (!hasListeners || typeof socket.addEventListener !== 'function') throw typeError('socket', 'a WebSocket', socket);
}

const beat: SseEvent = { type: 'heartbeat', data: '' };

/** An event as the text of a message: `data` is JSON already. */
export function messageOf({ data, id, type }: SseEvent, reply?: string): string {
  const which = reply === undefined ? '' : `"reply":${JSON.stringify(reply)},`;
  const what = type ? `"event":"${type}",` : id === undefined ? '' : `"id":${id},`;
  return `{${which}${what}"data":${data === '' ? '{}' : data}}`;
}
