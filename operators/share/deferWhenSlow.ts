import { asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { steadyClock } from '../../src/rx/clock.js';
import { operate } from '../../src/rx/operate.js';
import type { Backlog } from './backlog.js';

/** The duration of a `next`, in ms, from which its subscriber counts as slow. */
const slowThreshold = 10;

/**
 * Keeps a slow subscriber from holding up its source and the other subscribers of that source.
 *
 * Emits values as they arrive until a `next` takes `slowThreshold` or longer. The values after that wait in the
 * backlog, and are emitted in separate tasks, one for each slow `next`, until the backlog is empty. An error or
 * completion waits for the backlog.
 */
export function deferWhenSlow<T>(makeBacklog: () => Backlog<T>): MonoTypeOperatorFunction<T> {
  return operate<T, T>((destination) => {
    const backlog = makeBacklog();
    const now = steadyClock();
    /** Stays true while the backlog is emitted, so that values that its `next` causes are emitted after the backlog. */
    let isBehind = false;
    let end: (() => void) | undefined;
    let task: Subscription | undefined;

    /** Emits a value; returns whether the rest has to wait for another task. */
    const emit = (value: T): boolean => {
      const begun = now();
      destination.next(value);
      if (now() - begun < slowThreshold) return false;
      isBehind = true;
      task = asyncScheduler.schedule(emitBacklog);
      destination.add(task);
      return true;
    };
    const emitBacklog = () => {
      task?.unsubscribe();
      for (let value = backlog.take(); value !== undefined; value = backlog.take()) {
        if (emit(value)) return;
      }
      isBehind = false;
      end?.();
    };
    const endWith = (ending: () => void) => {
      if (isBehind) end = ending;
      else ending();
    };
    return {
      next(value) {
        if (isBehind) backlog.push(value);
        else emit(value);
      },
      error: (cause) => endWith(() => destination.error(cause)),
      complete: () => endWith(() => destination.complete()),
    };
  });
}
