import { defer, takeWhile, type ObservableInput, type ObservedValueOf, type OperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { typeError } from '../../src/rx/assertions.js';
import { operate } from '../../src/rx/operate.js';

/**
 * Hands the reply to a slow consumer (a socket, a database, a page) one chunk at a time, and merges those that come
 * meanwhile.
 *
 * The first chunk goes to `project` at once. While the result of `project` has not completed, the chunks that arrive,
 * notices included, are merged into one that waits; then that goes to `project`, and so on. Emits the values of the
 * inner sources. The source is never slowed down. (`concatMap` would queue each chunk, `exhaustMap` would lose them.)
 *
 * Completion waits for the inner source and for the chunk that waits, and so does an error of the source: all that
 * arrived before it is handed over first. An error of an inner source, or a `project` that throws, fails the result at
 * once. An unsubscription leaves the inner source and drops what waits. Lossless: the chunks that `project` gets merge
 * into the reply. Holds one merged chunk, at a constant cost a chunk.
 *
 * @param project - Takes in a chunk; returns an Observable, a promise or an iterable that completes when that is done.
 * `index` counts its calls, from 0.
 * @returns An operator from chunks to the values of the inner sources.
 * @throws TypeError - At the call, if `project` is not a function.
 * @see {@link bufferChunks} to merge by time, count or text instead.
 * @example
 * ```ts
 * const save = async ({ text }: { text: string }, index: number) => {
 *   await new Promise((resolve) => setTimeout(resolve, 20));
 *   return `${index}: ${text}`;
 * };
 * console.log(await lastValueFrom(reply$.pipe(coalesceMap(save)))); // '1: world.'
 * ```
 * @public
 */
export function coalesceMap<T extends GeminiChunk, O extends ObservableInput<unknown>>(
  project: (chunk: T, index: number) => O,
): OperatorFunction<T, ObservedValueOf<O>> {
  if (typeof project !== 'function') throw typeError('project', 'a function', project);

  return operate((destination) => {
    let isBusy = false;
    /** What came while busy. */
    let waiting: ChunkBuilder<T> | undefined;
    /** How the source ended, for when all is handed over. */
    let end: (() => void) | undefined;
    let index = 0;

    const takeWaiting = () => {
      const merged = waiting?.snapshot();
      waiting = undefined;
      return merged;
    };
    /** A loop, so that sources that are over at once do not grow the stack. */
    const work = (first: T | undefined) => {
      isBusy = true;
      for (let chunk = first; chunk && !destination.closed; chunk = takeWaiting()) {
        if (!handOver(chunk)) return;
      }
      isBusy = false;
      end?.();
    };
    /** Tells whether the inner source was over at once; if not, its completion goes on with the work. */
    const handOver = (chunk: T): boolean => {
      let isSubscribing = true;
      let isOver = false;
      const inner = defer(() => project(chunk, index++))
        // One that emits without end while it is being subscribed cannot be unsubscribed yet.
        .pipe(takeWhile(() => !destination.closed))
        .subscribe({
          next: (value) => destination.next(value),
          error: (cause: unknown) => destination.error(cause),
          complete: () => {
            isOver = true;
            if (!isSubscribing) work(takeWaiting());
          },
        });
      destination.add(inner);
      isSubscribing = false;
      return isOver;
    };
    const endWith = (ending: () => void) => {
      end = ending;
      if (!isBusy) ending();
    };
    return {
      next(chunk) {
        if (isBusy) (waiting ??= new ChunkBuilder<T>()).append(chunk);
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
