import { filter, interval, startWith, take, type Observable } from 'rxjs';
import type { WebSocket } from 'ws';
import { limits } from './limits.js';

/** The interval at which a full socket is checked, in ms: no event reports that the socket has room again. */
const checkEvery = 50;

/** Emits once, as soon as few enough bytes wait in the socket; at once if that is so. */
export function hasRoom(socket: WebSocket): Observable<unknown> {
  return interval(checkEvery).pipe(
    startWith(0),
    filter(() => socket.bufferedAmount <= limits.waitingBytes),
    take(1),
  );
}
