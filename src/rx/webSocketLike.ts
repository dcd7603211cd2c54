import { fromEventPattern, type Observable } from 'rxjs';
import { typeError } from './assertions.js';
import { isObject } from './isObject.js';

/** A `WebSocket` of the browser, of Node or of the package `ws`. @public */
export interface WebSocketLike {
  /** The state of the socket: 0 while connecting, 1 while open. */
  readonly readyState: number;
  /** The number of bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /** Sends a text. */
  send(text: string): unknown;
  /** Closes the connection at once, as sockets of `ws` can; called if the client has stalled. */
  terminate?(): unknown;
  /** Closes the connection; called if the client has stalled and there is no `terminate`. */
  close?(): unknown;
  /** Listens to messages. */
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  /** Listens to changes of `readyState`, and to errors. */
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): unknown;
  /** Stops listening. */
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  /** Stops listening. */
  removeEventListener(type: 'open' | 'close' | 'error', listener: () => void): unknown;
}

export function assertWebSocket(socket: unknown): void {
  if (!isWebSocket(socket)) throw typeError('socket', 'a WebSocket', socket);
}

/** Whether a value is a {@link WebSocketLike}. */
export function isWebSocket(value: unknown): value is WebSocketLike {
  return isObject(value) && typeof value['addEventListener'] === 'function';
}

/** The `readyState` of a socket; a higher number is that of a socket that closes or has closed. */
export const socketState = { connecting: 0, open: 1 };

/** Emits the messages of a socket. */
export function socketMessages(socket: WebSocketLike): Observable<{ readonly data: unknown }> {
  return fromEventPattern(
    (listener) => socket.addEventListener('message', listener),
    (listener) => socket.removeEventListener('message', listener),
  );
}

/** Emits the events of a socket, in the form that its platform gives them. */
export function socketEvents(socket: WebSocketLike, type: 'open' | 'close' | 'error'): Observable<unknown> {
  return fromEventPattern(
    (listener) => socket.addEventListener(type, listener),
    (listener) => socket.removeEventListener(type, listener),
  );
}
