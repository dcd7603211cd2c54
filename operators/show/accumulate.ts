import { defer, map, type OperatorFunction } from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk, ReplySnapshot } from '../../src/chunk/geminiChunk.js';

/**
 * Emits the whole reply so far at each chunk: text, thoughts, calls, citations, usage, annotations of operators.
 *
 * Emits one {@link ReplySnapshot} for each chunk, notices included, and nothing for an empty reply. A snapshot stays as
 * it is. It is not a chunk, so that it cannot be merged a second time. Errors pass. Holds the reply; a chunk costs the
 * number of parts so far, and *reading* a snapshot's `text` its length: put `bufferChunks` above a view.
 *
 * @returns An operator from chunks to snapshots; what the type of the chunks promises (`progress`, …) they have too.
 * @see {@link finalResponse} for the last one only.
 * @example
 * ```ts
 * reply$.pipe(bufferChunks({ maxWait: 50 }), accumulate()).subscribe((reply) => {
 *   console.log(reply.text.length, functionCallsOf(reply));
 * });
 * ```
 * @public
 */
export function accumulate<T extends GeminiChunk>(): OperatorFunction<T, ReplySnapshot & Omit<T, 'chunks'>> {
  return (source) =>
    defer(() => {
      const reply = new ChunkBuilder<T>();
      return source.pipe(map((chunk, index) => withField(reply.append(chunk).snapshot(), 'chunks', index + 1)));
    });
}
