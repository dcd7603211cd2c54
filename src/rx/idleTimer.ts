import { asyncScheduler, Observable, Subscription } from 'rxjs';
import { moment, msBetween, msSince, steadyNow } from './clock.js';

/** Runs from its making on, and again from each touch. */
export interface IdleTimer {
  /** Begins the wait again. */
  touch(): void;
  /** Ends it. */
  readonly wait: Subscription;
}

/**
 * The end of a limit is a wait of its own, at most so long, in ms: a thread that was busy until then reads its sockets
 * meanwhile. For plain text one task is enough; a compressed body comes in many, by way of other threads.
 */
const longestEnd = 50;

/** The most such waits in a row, if the thread is busy during them as well. */
const maxEnds = 4;

/** A timer that fires so many ms late was held up by a busy thread. */
const late = 5;

/**
 * Calls `onIdle` once, when `limit` ms have passed without a touch. Data that came in time, and waits in a socket
 * because the thread was busy, is read first.
 *
 * One timer, which looks when it is due how long it still has to wait: to start another one at each touch costs more
 * than all else that is done for a chunk.
 */
export function idleTimer(limit: number, onIdle: () => void): IdleTimer {
  const end = Math.min(longestEnd, Math.ceil(limit / 2), limit);
  const wait = new Subscription();
  let timer = Subscription.EMPTY;
  /**
   * Whether there was a touch since the timer was set, and the last one: written over, as there is one for each chunk.
   */
  let isTouched = false;
  const touched = { scheduler: 0, steady: 0 };

  const start = (delay: number, endsLeft: number) => {
    isTouched = false;
    const set = moment();
    wait.remove(timer);
    // A new action each time: a `TestScheduler` mixes up intervals that go on and others of the same frame.
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

/** Emits, and completes, once `limit` ms have passed: see {@link idleTimer}. */
export function timeUp(limit: number): Observable<void> {
  return new Observable((destination) => {
    const { wait } = idleTimer(limit, () => {
      destination.next();
      destination.complete();
    });
    return wait;
  });
}
