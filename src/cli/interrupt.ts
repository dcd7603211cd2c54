import { fromEvent, map, take, type Observable } from 'rxjs';

/**
 * Ctrl-C once. The handler is there only while somebody listens, and a second Ctrl-C ends the process as usual.
 */
export function interrupt(): Observable<string> {
  return fromEvent(process, 'SIGINT').pipe(
    take(1),
    map(() => 'Ctrl-C'),
  );
}
