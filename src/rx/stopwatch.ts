import { steadyClock } from './clock.js';

/**
 * Starts to count: the result returns the whole ms since then. Setting the system's clock does not change them.
 *
 * The result takes a time that has passed at least, as a timer knows that fires: test tools may move the timers alone.
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
