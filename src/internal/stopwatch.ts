import { asyncScheduler } from 'rxjs';

/** Starts to count: the result tells the ms since then. It never goes back, as the system's clock may. */
export function stopwatch(): () => number {
  const start = asyncScheduler.now();
  let elapsed = 0;
  return () => (elapsed = Math.max(elapsed, asyncScheduler.now() - start));
}
