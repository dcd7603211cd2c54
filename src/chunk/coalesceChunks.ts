import { defer, EMPTY, takeWhile, type ObservableInput, type ObservedValueOf, type OperatorFunction } from 'rxjs';
import { operate } from '../rx/operate.js';
import { HeldChunks } from './heldChunks.js';
import type { GeminiChunk } from './geminiChunk.js';

/**
 * Projects chunks one at a time, and merges the chunks that arrive before the inner source has completed: the engine of
 * `coalesceMap` and of the sinks.
 */
export function coalesceChunks<T extends GeminiChunk, O extends ObservableInput<unknown>>(
  project: (chunk: T, index: number) => O,
): OperatorFunction<T, ObservedValueOf<O>> {
  return operate((destination) => {
    let isBusy = false;
    /** The merge of the chunks that arrived while busy. */
    let waiting: HeldChunks<T> | undefined;
    /** Ends the result as the source ended; called once all chunks have been projected. */
    let end: (() => void) | undefined;
    let index = 0;

    const takeWaiting = () => {
      const merged = waiting?.snapshot();
      waiting = undefined;
      return merged;
    };
    /** A loop, so that inner sources that complete at once do not grow the stack. */
    const work = (first: T | undefined) => {
      isBusy = true;
      for (let chunk = first; chunk && !destination.closed; chunk = takeWaiting()) {
        if (!projectNext(chunk)) return;
      }
      isBusy = false;
      end?.();
    };
    /** Returns whether the inner source completed at once; if not, its completion continues the work. */
    const projectNext = (chunk: T): boolean => {
      let isSubscribing = true;
      let isCompleted = false;
      let inner$: O;
      try {
        inner$ = project(chunk, index++);
      } catch (cause) {
        destination.error(cause);
        return false;
      }
      // A consumer that was ready at once, as most are: a subscription would cost more than the chunk.
      if ((inner$ as unknown) === EMPTY) return true;
      const inner = defer(() => inner$)
        // A source that emits endlessly while it is being subscribed cannot be unsubscribed yet.
        .pipe(takeWhile(() => !destination.closed))
        .subscribe({
          next: (value) => destination.next(value),
          error: (cause: unknown) => destination.error(cause),
          complete: () => {
            isCompleted = true;
            if (!isSubscribing) work(takeWaiting());
          },
        });
      destination.add(inner);
      isSubscribing = false;
      return isCompleted;
    };
    const endWith = (ending: () => void) => {
      end = ending;
      if (!isBusy) ending();
    };
    return {
      next(chunk) {
        if (isBusy) (waiting ??= new HeldChunks<T>()).append(chunk);
        else work(chunk);
      },
      error(cause) {
        endWith(() => destination.error(cause));
      },
      complete() {
        endWith(() => destination.complete());
      },
    };
  });
}
