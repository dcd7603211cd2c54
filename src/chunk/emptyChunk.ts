import type { GeminiChunk } from './geminiChunk.js';

/**
 * A chunk without any content or annotation: the identity of {@link mergeChunks}.
 *
 * @public
 */
export const emptyChunk: GeminiChunk = /* @__PURE__ */ Object.freeze({ text: '' });

/** Whether a chunk is empty. Judged by shape, so that a copy, or an empty chunk from JSON, counts as well. */
export function isEmptyChunk(chunk: GeminiChunk): boolean {
  return chunk.text === '' && Object.keys(chunk).length === 1;
}
