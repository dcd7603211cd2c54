import { moment, msBetween } from './clock.js';

/**
 * Starts to count: the result returns the whole ms since then. Setting the system's clock does not change them.
 *
 * It takes a time that has passed at least, as a timer knows that fires: test tools may move the timers alone.
 */
export function stopwatch(): (atLeast?: number) => number {
  let last = moment();
  let elapsed = 0;
  return (atLeast = 0) => {
    const present = moment();
    elapsed = Math.max(elapsed + msBetween(last, present), atLeast);
    last = present;
    return Math.round(elapsed);
  };
}
