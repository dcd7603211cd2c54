import { assertResponse } from './assertResponse.js';
import { ChunkBuilder } from './chunkBuilder.js';
import { isEmptyChunk } from './emptyChunk.js';
import type { GeminiChunk } from './geminiChunk.js';

/**
 * Joins two chunks that follow each other into one. Associative, with {@link emptyChunk} as its identity.
 *
 * Parts are joined where the wire cut them (texts of one kind, pieces of one function call); candidates merge by
 * index; of token counts, metadata, annotations and unknown fields the later wins, but empty metadata replace nothing;
 * citations and log probabilities add up. A finish is cleared by content that comes after it. Neither chunk is changed.
 *
 * To merge many, use {@link ChunkBuilder}: this function copies the parts of `a`.
 *
 * @param a - The earlier chunk, in the normal form of {@link toChunk}.
 * @param b - The later one, likewise.
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
