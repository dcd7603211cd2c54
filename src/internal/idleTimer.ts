import { asyncScheduler, type SchedulerAction, type Subscription } from 'rxjs';

/** Runs from its making on, and again from each touch. */
export interface IdleTimer {
  /** Begins the wait again. */
  touch(): void;
  /** Ends it. */
  readonly wait: Subscription;
}

/**
 * Calls `onIdle` once, when `limit` ms have passed without a touch.
 *
 * One timer, which looks when it is due how long it still has to wait: to start another one at each touch costs more
 * than all else that is done for a chunk.
 */
export function idleTimer(limit: number, onIdle: () => void): IdleTimer {
  /** The last touch since the timer was set, if there was any. */
  let touchedAt: number | undefined;
  const wait = asyncScheduler.schedule(function (this: SchedulerAction<void>) {
    const rest = touchedAt === undefined ? 0 : touchedAt + limit - asyncScheduler.now();
    touchedAt = undefined;
    if (rest <= 0) onIdle();
    // More than the limit is left only where the system's clock was set back.
    else this.schedule(undefined, Math.min(rest, limit));
  }, limit);
  const touch = () => {
    touchedAt = asyncScheduler.now();
  };
  return { touch, wait };
}
