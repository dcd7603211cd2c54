import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { coalesceChunks } from '../../src/chunk/coalesceChunks.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { typeError } from '../../src/rx/assertions.js';

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
  return coalesceChunks(project);
}
