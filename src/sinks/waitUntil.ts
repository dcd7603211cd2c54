import { EMPTY, filter, ignoreElements, take, type Observable } from 'rxjs';

/** Completes as soon as `isReady` returns true: at once, or at an emission of `check$`. */
export function waitUntil(isReady: () => boolean, check$: Observable<unknown>): Observable<never> {
  if (isReady()) return EMPTY;
  return check$.pipe(
    filter(() => isReady()),
    take(1),
    ignoreElements(),
  );
}
