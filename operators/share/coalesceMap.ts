import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { coalesceChunks } from '../../src/chunk/coalesceChunks.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { typeError } from '../../src/rx/assertions.js';

/**
 * Projects one chunk at a time for a slow consumer (a socket, a database, a page), and merges the chunks that arrive
 * meanwhile.
 *
 * Calls `project` at once with the first chunk. Until its result completes, the chunks that arrive, notices included
 * (see {@link isNotice}), are merged into one waiting chunk, which is projected next, and so on. Emits the values of the
 * inner sources. The source is never slowed down. (`concatMap` would queue each chunk, `exhaustMap` would lose them.)
 *
 * Completion waits for the inner source and for the waiting chunk, and so does an error of the source: every chunk that
 * arrived before it is projected first. An error of an inner source, or a `project` that throws, fails the result at
 * once. An unsubscription unsubscribes from the inner source and drops the waiting chunk. Lossless: the projected chunks
 * merge into the reply. Holds one merged chunk, at a constant cost per chunk.
 *
 * @param project - Consumes a chunk; returns an Observable, a promise or an iterable that completes when the consumer
 * is ready for the next chunk. `index` counts the calls, from 0.
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
