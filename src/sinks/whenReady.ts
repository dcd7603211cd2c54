import { EMPTY, filter, ignoreElements, take, type Observable } from 'rxjs';

/** Is over as soon as `isReady` says so: now, or at one of the signs. */
export function whenReady(isReady: () => boolean, signs$: Observable<unknown>): Observable<never> {
  if (isReady()) return EMPTY;
  return signs$.pipe(
    filter(() => isReady()),
    take(1),
    ignoreElements(),
  );
}
