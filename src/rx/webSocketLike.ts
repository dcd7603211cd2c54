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
  if (isObject(socket) && typeof socket['addEventListener'] === 'function') return;
  throw typeError('socket', 'a WebSocket', socket);
}
