import { filter, map, pipe, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';

/**
 * Emits the answer as it grows: the new text of candidate 0 in each chunk, without thoughts.
 *
 * Emits once for each chunk that has answer text, never an empty string. Joined, the deltas are the whole answer;
 * calls, thoughts, usage and the finish are omitted. Completion and errors pass through. Holds nothing.
 *
 * @returns An operator from chunks to pieces of text.
 * @see {@link bufferChunks} for larger pieces: put `bufferChunks` above.
 * @example
 * ```ts
 * reply$.pipe(toText()).subscribe((delta) => {
 *   console.log(delta);
 * });
 * ```
 * @public
 */
export function toText(): OperatorFunction<GeminiChunk, string> {
  return pipe(
    map((chunk: GeminiChunk) => chunk.text),
    filter((text) => text !== ''),
  );
}
