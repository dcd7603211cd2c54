import { asyncScheduler } from 'rxjs';

/** A reading of two clocks, in ms. */
export interface Reading {
  /** The clock of rxjs: the system clock, which can be set, or virtual time, which a `TestScheduler` moves. */
  readonly scheduler: number;
  /** The monotonic clock of the process. */
  readonly steady: number;
}

/** A reading with the mark of virtual time. */
export interface Moment extends Reading {
  readonly isVirtual: boolean;
}

/** Reads both clocks. */
export function moment(): Moment {
  const before = Date.now();
  const scheduler = asyncScheduler.now();
  const isVirtual = scheduler !== before && (scheduler < before || scheduler > Date.now());
  return { scheduler, steady: steadyNow(), isVirtual };
}

/**
 * Returns the ms from a reading to a later moment. Setting the system clock does not change the result; virtual time
 * counts.
 */
export function msBetween(from: Reading, to: Moment): number {
  return Math.max(0, to.isVirtual ? to.scheduler - from.scheduler : to.steady - from.steady);
}

/**
 * Reads the clock of the process, or the clock of rxjs on a platform without `performance`. Looked up each time,
 * because test tools replace the clock.
 */
export function steadyNow(): number {
  const { performance } = globalThis as { performance?: { now?: () => number } };
  return performance?.now?.() ?? asyncScheduler.now();
}

/**
 * Makes a monotonic clock for one subscription: virtual time, or the clock of the process. Chosen once, because the
 * clock is read for every chunk.
 */
export function steadyClock(): () => number {
  const { isVirtual, scheduler } = moment();
  // Virtual time and the clock of a test start at 0; both are clocks of rxjs.
  return isVirtual || scheduler === 0 ? () => asyncScheduler.now() : steadyNow;
}

/** Makes a monotonic clock that may outlive a subscription, so that virtual time may begin and end meanwhile. */
export function lastingClock(): () => number {
  let last = moment();
  let elapsed = 0;
  return () => {
    const present = moment();
    elapsed += msBetween(last, present);
    last = present;
    return elapsed;
  };
}

/** The maximum time by which a timer may fire early, measured by another clock, in ms. */
const early = 2;

/**
 * Returns the ms since `from`, like {@link msBetween}, when a timer fires that was set at `set`, before `from`, for
 * `delay` ms. Test tools may move the timers, and the system clock with them, but not the clock of the process: then
 * the timer is right. If the system clock was set as well, the wait begins again.
 */
export function msSince(from: Reading, now: Moment, set: Moment, delay: number): number {
  const isMoved = msBetween(set, now) < delay - early;
  if (!isMoved) return msBetween(from, now);
  const ms = now.scheduler - from.scheduler;
  return ms >= 0 && ms <= delay ? ms : 0;
}
