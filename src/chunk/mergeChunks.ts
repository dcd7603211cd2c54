import { assertResponse } from './assertResponse.js';
import { ChunkBuilder } from './chunkBuilder.js';
import { isEmptyChunk } from './emptyChunk.js';
import type { GeminiChunk } from './geminiChunk.js';

/**
 * Merges two consecutive chunks into one. Associative, with {@link emptyChunk} as its identity.
 *
 * Candidates merge by index. Parts are joined where the stream had cut them: texts of one kind, pieces of one function
 * call. Of token counts, metadata, annotations and unknown fields, the later value wins, but empty metadata do not
 * replace metadata. Citations and log probabilities add up. Content after a finish clears the finish reason. Neither
 * chunk is changed.
 *
 * To merge many chunks, use {@link ChunkBuilder}: this function copies the parts of `a`.
 *
 * @param a - The earlier chunk, in the normal form of {@link toChunk}.
 * @param b - The later chunk, in normal form as well.
 * @returns The merged chunk.
 * @throws TypeError - If `a` or `b` is not an object.
 * @example
 * ```ts
 * const merged = mergeChunks(chunk('Hello, '), chunk('world'));
 * console.log(merged.text); // 'Hello, world'
 * ```
 * @public
 */
export function mergeChunks<T extends GeminiChunk>(a: T, b: T): T {
  assertResponse(a, 'a');
  assertResponse(b, 'b');
  if (isEmptyChunk(a)) return b;
  if (isEmptyChunk(b)) return a;
  return new ChunkBuilder<T>().append(a).append(b).snapshot();
}
