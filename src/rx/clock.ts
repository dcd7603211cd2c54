import { asyncScheduler } from 'rxjs';

/** A reading of two clocks, in ms. */
export interface Reading {
  /** The clock of rxjs: the system's, which anybody may set, or virtual time, which a `TestScheduler` moves. */
  readonly scheduler: number;
  /** The clock of the process, which nobody sets. */
  readonly steady: number;
}

/** A reading that knows whether time is virtual. */
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
 * The ms from one reading to a later moment. A system clock that is set meanwhile changes nothing; virtual time counts.
 */
export function msBetween(from: Reading, to: Moment): number {
  return Math.max(0, to.isVirtual ? to.scheduler - from.scheduler : to.steady - from.steady);
}

/** The clock of the process; where a platform has none, that of rxjs. Looked up each time: test tools replace it. */
export function steadyNow(): number {
  const { performance } = globalThis as { performance?: { now?: () => number } };
  return performance?.now?.() ?? asyncScheduler.now();
}

/**
 * A clock for one subscription, which nobody sets: virtual time or that of the process. Chosen once, because it is read
 * for every chunk.
 */
export function steadyClock(): () => number {
  const { isVirtual, scheduler } = moment();
  // At 0 stand virtual time and the clock of a test; both are those of rxjs.
  return isVirtual || scheduler === 0 ? () => asyncScheduler.now() : steadyNow;
}

/** A clock for what outlives a subscription, so that virtual time may begin and end meanwhile. */
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

/** A timer may fire so many ms early, measured by another clock. */
const early = 2;

/**
 * As {@link msBetween}, where a timer that was set at `set` for `delay` ms fires now, and `from` came after that. Test
 * tools may move the timers, and the system's clock with them, but not the clock of the process: then the timer is
 * right. If the system's clock was set as well, the wait begins again.
 */
export function msSince(from: Reading, now: Moment, set: Moment, delay: number): number {
  const isMoved = msBetween(set, now) < delay - early;
  if (!isMoved) return msBetween(from, now);
  const ms = now.scheduler - from.scheduler;
  return ms >= 0 && ms <= delay ? ms : 0;
}
