import { asyncScheduler, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import { steadyClock } from '../../src/rx/clock.js';
import { operate } from '../../src/rx/operate.js';

/** What comes while a reader is behind. `push` throws where it is too much: then that reader fails. */
export interface Waiting<T> {
  push(value: T): void;
  /** Undefined if nothing waits. */
  take(): T | undefined;
}

/** How long a reader's `next` may hold the thread, in ms, before the reader counts as slow. */
const longTurn = 10;

/**
 * Keeps a slow reader from holding up the source and those that share it.
 *
 * A reader is called as values come until its `next` has taken long; what then follows waits for tasks of its own, one
 * for each `next` that takes long, until nothing waits. Endings wait with it.
 */
export function keepPace<T>(makeWaiting: () => Waiting<T>): MonoTypeOperatorFunction<T> {
  return operate<T, T>((destination) => {
    const waiting = makeWaiting();
    const now = steadyClock();
    /** True also while it catches up, so that what its `next` brings about comes after what waits. */
    let isBehind = false;
    let end: (() => void) | undefined;
    let turn: Subscription | undefined;

    /** Gives a value; returns whether the rest has to wait for another task. */
    const give = (value: T): boolean => {
      const begun = now();
      destination.next(value);
      if (now() - begun < longTurn) return false;
      isBehind = true;
      turn = asyncScheduler.schedule(takeTurn);
      destination.add(turn);
      return true;
    };
    const takeTurn = () => {
      turn?.unsubscribe();
      for (let value = waiting.take(); value !== undefined; value = waiting.take()) {
        if (give(value)) return;
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
        if (isBehind) waiting.push(value);
        else give(value);
      },
      error: (cause) => endWith(() => destination.error(cause)),
      complete: () => endWith(() => destination.complete()),
    };
  });
}
