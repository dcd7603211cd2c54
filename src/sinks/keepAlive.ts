import { asyncScheduler, type MonoTypeOperatorFunction, type SchedulerAction } from 'rxjs';
import { operate } from '../internal/operate.js';

/**
 * Emits a beat among the values whenever nothing was sent for so long. One timer that looks at the clock: a new timer
 * for each value would cost more than the value.
 *
 * @param sentAt - When something was sent last, by the clock of `asyncScheduler`.
 */
export function keepAlive<T>(ms: number, beat: T, sentAt: () => number): MonoTypeOperatorFunction<T> {
  return operate((destination) => {
    function look(this: SchedulerAction<void>): void {
      const rest = sentAt() + ms - asyncScheduler.now();
      // Rescheduled first: by the beat, the result may be closed.
      this.schedule(undefined, rest > 0 ? rest : ms);
      if (rest <= 0) destination.next(beat);
    }
    destination.add(asyncScheduler.schedule(look, ms));
    return {};
  });
}
