import type { GeminiChunk } from './geminiChunk.js';

/**
 * The identity of {@link mergeChunks}: a chunk with nothing in it.
 *
 * @public
 */
export const emptyChunk: GeminiChunk = Object.freeze({ text: '' });

/** Whether a chunk has nothing in it; known by shape, so that a copy, or one from JSON, counts as well. */
export function isEmptyChunk(chunk: GeminiChunk): boolean {
  return chunk.text === '' && Object.keys(chunk).length === 1;
}
