import { asyncScheduler, type MonoTypeOperatorFunction, type SchedulerAction } from 'rxjs';
import { moment, msSince, type Moment } from '../rx/clock.js';
import { operate } from '../rx/operate.js';

/**
 * Emits a beat among the values whenever nothing was sent for so long. One timer that looks at the clock: a new timer
 * for each value would cost more than the value.
 *
 * @param sentAt - Returns the time of the last send.
 */
export function keepAlive<T>(ms: number, beat: T, sentAt: () => Moment): MonoTypeOperatorFunction<T> {
  return operate((destination) => {
    let set = moment();
    let delay = ms;
    /** When something was sent last before the timer was set. */
    let seen = sentAt();
    function look(this: SchedulerAction<void>): void {
      const now = moment();
      const sent = sentAt();
      // The timer was set for the end of this silence, whatever a clock shows.
      const rest = sent === seen ? 0 : Math.ceil(ms - msSince(sent, now, set, delay));
      set = now;
      delay = rest > 0 ? rest : ms;
      seen = sent;
      // Rescheduled first: by the beat, the result may be closed.
      this.schedule(undefined, delay);
      if (rest > 0) return;
      destination.next(beat);
      seen = sentAt();
    }
    destination.add(asyncScheduler.schedule(look, ms));
    return {};
  });
}
