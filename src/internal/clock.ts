import { asyncScheduler } from 'rxjs';

/** A reading of two clocks, in ms. */
export interface Moment {
  /** The clock of rxjs: the system's, which anybody may set, or virtual time, which a `TestScheduler` moves. */
  readonly scheduler: number;
  /** The clock of the process, which nobody sets. */
  readonly steady: number;
  readonly isVirtual: boolean;
}

/** Reads both clocks. */
export function moment(): Moment {
  const before = Date.now();
  const scheduler = asyncScheduler.now();
  const isVirtual = scheduler < before || scheduler > Date.now();
  return { scheduler, steady: steadyNow(scheduler), isVirtual };
}

/** The ms from one moment to a later one. A system clock that is set meanwhile changes nothing; virtual time counts. */
export function msBetween(from: Moment, to: Moment): number {
  return Math.max(0, to.isVirtual ? to.scheduler - from.scheduler : to.steady - from.steady);
}

function steadyNow(fallback: number): number {
  const { performance } = globalThis as { performance?: { now?: () => number } };
  return performance?.now?.() ?? fallback;
}

/** A timer may fire so many ms early, measured by another clock. */
const early = 2;

/**
 * As {@link msBetween}, where a timer that was set at `set` for `delay` ms fires now. Test tools may move the timers,
 * and the system's clock with them, but not the clock of the process: then the timer is right.
 */
export function msSince(from: Moment, now: Moment, set: Moment, delay: number): number {
  const isMoved = msBetween(set, now) < delay - early;
  return isMoved ? now.scheduler - from.scheduler : msBetween(from, now);
}
