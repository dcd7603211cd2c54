import { asyncScheduler, type MonoTypeOperatorFunction, type SchedulerAction } from 'rxjs';
import { moment, msSince, type Moment } from './clock.js';
import { operate } from './operate.js';

/** The number of missing heartbeats after which the other side counts as gone. */
export const missedBeats = 3;

/**
 * Emits `heartbeat` among the values after each silence of `ms` ms. One timer checks the clock: a new timer for each
 * value would cost more than the value.
 *
 * @param sentAt - Returns the time of the last send.
 */
export function keepAlive<T>(ms: number, heartbeat: T, sentAt: () => Moment): MonoTypeOperatorFunction<T> {
  return operate((destination) => {
    let timerSetAt = moment();
    let delay = ms;
    /** The time of the last send when the timer was set. */
    let sentBefore = sentAt();
    function check(this: SchedulerAction<void>): void {
      const now = moment();
      const sent = sentAt();
      // If nothing was sent since, the timer was set for the end of this silence; the clock is not compared.
      const rest = sent === sentBefore ? 0 : Math.ceil(ms - msSince(sent, now, timerSetAt, delay));
      timerSetAt = now;
      delay = rest > 0 ? rest : ms;
      sentBefore = sent;
      // Rescheduled first: the heartbeat may close the result.
      this.schedule(undefined, delay);
      if (rest > 0) return;
      destination.next(heartbeat);
      sentBefore = sentAt();
    }
    destination.add(asyncScheduler.schedule(check, ms));
    return {};
  });
}
