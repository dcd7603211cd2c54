import { concat, ignoreElements, merge, NEVER, of, takeWhile, timeout, type Observable } from 'rxjs';
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

/**
 * Waits for `ready$`; subscribes to `whenStalled()` in its place once neither it nor `progress$` has made a sign for
 * `maxStall` ms.
 */
export type StallLimit = (
  ready$: Observable<never>,
  whenStalled: () => Observable<never>,
  progress$?: Observable<unknown>,
) => Observable<never>;

/** Checks the option. The timer runs only while something waits for the client. */
export function stallLimit({ maxStall = 300_000 }: StallOptions): StallLimit {
  if (maxStall === false) return (ready$) => ready$;
  assertPositiveDelay('maxStall', maxStall);
  const ready = {};
  return (ready$, whenStalled, progress$ = NEVER) =>
    merge(progress$, concat(ready$, of(ready))).pipe(
      takeWhile((sign) => sign !== ready),
      timeout({ each: maxStall, with: whenStalled }),
      ignoreElements(),
    );
}
