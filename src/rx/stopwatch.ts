import { steadyClock } from './clock.js';

/**
 * Starts a stopwatch: the result returns the whole ms since the start. Setting the system clock does not change the
 * result.
 *
 * The argument of the result is the minimum elapsed time, known from a timer that fired: test tools may advance only
 * the timers.
 */
export function stopwatch(now = steadyClock()): (atLeast?: number) => number {
  let last = now();
  let elapsed = 0;
  return (atLeast = 0) => {
    const present = now();
    elapsed = Math.max(elapsed + Math.max(0, present - last), atLeast);
    last = present;
    return Math.round(elapsed);
  };
}
