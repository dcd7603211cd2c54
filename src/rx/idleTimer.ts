import { asyncScheduler, Observable, Subscription } from 'rxjs';
import { moment, msBetween, msSince, steadyNow } from './clock.js';

/** A timer that starts when it is made, and restarts at each touch. */
export interface IdleTimer {
  /** Restarts the wait. */
  touch(): void;
  /** The wait; unsubscribing ends it. */
  readonly wait: Subscription;
}

/**
 * The longest final wait of a limit, in ms. The end of a limit is a separate wait, in which a thread that was busy
 * reads its sockets. For plain text one task is enough; a compressed body arrives in many tasks, through other threads.
 */
const longestEnd = 50;

/** The maximum number of final waits in a row, if the thread is busy during these waits as well. */
const maxEnds = 4;

/** The delay in ms from which a late timer means that the thread was busy. */
const late = 5;

/**
 * Calls `onIdle` once, when `limit` ms have passed without a touch. Data that arrived in time, but waits in a socket
 * because the thread was busy, is read first.
 *
 * A single timer computes the rest of the wait when it fires: starting a timer at each touch costs more than all other
 * work for a chunk.
 */
export function idleTimer(limit: number, onIdle: () => void): IdleTimer {
  const end = Math.min(longestEnd, Math.ceil(limit / 2), limit);
  const wait = new Subscription();
  let timer = Subscription.EMPTY;
  /**
   * Whether there was a touch since the timer was set. `touched` is the last touch, overwritten for each chunk.
   */
  let isTouched = false;
  const touched = { scheduler: 0, steady: 0 };

  const start = (delay: number, endsLeft: number) => {
    isTouched = false;
    const set = moment();
    wait.remove(timer);
    // A new action each time: a `TestScheduler` confuses running intervals with others of the same frame.
    timer = asyncScheduler.schedule(() => {
      const now = moment();
      const isLate = msBetween(set, now) > delay + late;
      if (isTouched) {
        const rest = Math.ceil(limit - msSince(touched, now, set, delay));
        start(Math.min(Math.max(rest, end), limit) - end, maxEnds);
      } else if (endsLeft === maxEnds || (isLate && endsLeft > 0)) start(end, endsLeft - 1);
      else onIdle();
    }, delay);
    wait.add(timer);
  };
  start(limit - end, maxEnds);
  const touch = () => {
    isTouched = true;
    touched.scheduler = asyncScheduler.now();
    touched.steady = steadyNow();
  };
  return { touch, wait };
}

/** Emits and completes once `limit` ms have passed; see {@link idleTimer}. */
export function timeUp(limit: number): Observable<void> {
  return new Observable((destination) => {
    const { wait } = idleTimer(limit, () => {
      destination.next();
      destination.complete();
    });
    return wait;
  });
}
