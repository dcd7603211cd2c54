import { concat, EMPTY, map, merge, of, switchMap, take, type Observable } from 'rxjs';
import { assertPositiveDelay } from '../rx/assertions.js';
import { timeUp } from '../rx/idleTimer.js';

/** Option of the sinks that write to a connection. @public */
export interface StallOptions {
  /**
   * The longest time for which a full socket may accept no bytes, in ms: the client does not read, or has vanished. The
   * connection is then closed, which counts as a disconnection. `false` waits without a limit.
   *
   * @defaultValue 300_000
   */
  readonly maxStall?: number | false | undefined;
}

/** Waits until `ready$` completes; if that takes `maxStall` ms, waits for `whenStalled()` instead. */
export type StallLimit = (ready$: Observable<never>, whenStalled: () => Observable<never>) => Observable<never>;

/** Checks the option. The timer runs only while data waits for the client. */
export function stallLimit(options: StallOptions): StallLimit {
  const maxStall = readMaxStall(options);
  if (maxStall === Infinity) return (ready$) => ready$;
  return (ready$, whenStalled) =>
    merge(concat(ready$, of(false)), timeUp(maxStall).pipe(map(() => true))).pipe(
      take(1),
      switchMap((isStalled) => (isStalled ? whenStalled() : EMPTY)),
    );
}

/** The option, checked; `Infinity` for `false`. */
export function readMaxStall({ maxStall = 300_000 }: StallOptions): number {
  if (maxStall === false) return Infinity;
  assertPositiveDelay('maxStall', maxStall);
  return maxStall;
}
