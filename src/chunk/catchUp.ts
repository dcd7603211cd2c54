import type { GeminiChunk } from './geminiChunk.js';

const catchUps = new WeakSet<GeminiChunk>();

/** Marks a chunk that merges all chunks that a late subscriber missed; returns the chunk. */
export function markCatchUp<T extends GeminiChunk>(chunk: T): T {
  catchUps.add(chunk);
  return chunk;
}

/** Whether a chunk merges an unknown number of missed chunks, so that it has no index. */
export function isCatchUp(chunk: GeminiChunk): boolean {
  return catchUps.has(chunk);
}
