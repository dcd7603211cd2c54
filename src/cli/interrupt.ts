import { fromEvent, map, take, type Observable } from 'rxjs';

/** Emits at the first Ctrl-C while subscribed. A second Ctrl-C ends the process as usual. */
export function interrupt(): Observable<string> {
  return fromEvent(process, 'SIGINT').pipe(
    take(1),
    map(() => 'Ctrl-C'),
  );
}
