import { fromEventPattern, ignoreElements, share, take, type Observable } from 'rxjs';
import type { ServerSocketLike } from './serverResponseLike.js';

/** Events that a sink listens to on a response, its stream or its connection. */
type ResponseEvent = 'close' | 'drain' | 'error' | 'finish';

interface Emitter<E extends ResponseEvent> {
  on(event: E, listener: () => void): unknown;
  off(event: E, listener: () => void): unknown;
}

/** Emits each event of the emitter; listens only while subscribed. */
export function eventsOn<E extends ResponseEvent>(emitter: Emitter<E>, event: E): Observable<unknown> {
  return fromEventPattern(
    (listener) => emitter.on(event, listener),
    (listener) => emitter.off(event, listener),
  );
}

/** Completes at the next emission. */
export function untilNext(event$: Observable<unknown>): Observable<never> {
  return event$.pipe(take(1), ignoreElements());
}

const closings = new WeakMap<ServerSocketLike, Observable<unknown>>();

/**
 * Emits when a connection closes. Adds one listener to a connection, on which thousands of responses may wait in turn.
 */
export function closingOf(socket: ServerSocketLike): Observable<unknown> {
  const closing$ = closings.get(socket) ?? eventsOn(socket, 'close').pipe(share());
  closings.set(socket, closing$);
  return closing$;
}

/** Whether the `socket` of a request emits events: some stand-ins for a request have another object there. */
export function isServerSocket(socket: ServerSocketLike | undefined): socket is ServerSocketLike {
  return typeof socket?.on === 'function' && typeof socket.off === 'function';
}
