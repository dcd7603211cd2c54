import { concat, ignoreElements, of, timeout, type Observable } from 'rxjs';
import { assertPositiveDelay } from '../internal/assertions.js';

/** Option of the sinks that write to a client by themselves. @public */
export interface StallOptions {
  /**
   * Longest time that a full socket may accept no more bytes, in ms: the client does not read, or has vanished. It is
   * then dropped: its connection is closed, which counts as a disconnection. `false` waits for ever.
   *
   * @defaultValue 300_000
   */
  readonly maxStall?: number | false | undefined;
}

/** Waits for `ready$`, or in its place for `whenStalled()` once that has taken `maxStall` ms. */
export type StallLimit = (ready$: Observable<never>, whenStalled: () => Observable<never>) => Observable<never>;

/** Checks the option. The timer runs only while something waits for the client. */
export function stallLimit(options: StallOptions): StallLimit {
  const maxStall = maxStallOf(options);
  if (maxStall === Infinity) return (ready$) => ready$;
  const ready = {};
  return (ready$, whenStalled) =>
    concat(ready$, of(ready)).pipe(timeout({ first: maxStall, with: whenStalled }), ignoreElements());
}

/** The option, checked; `Infinity` for `false`. */
export function maxStallOf({ maxStall = 300_000 }: StallOptions): number {
  if (maxStall === false) return Infinity;
  assertPositiveDelay('maxStall', maxStall);
  return maxStall;
}
