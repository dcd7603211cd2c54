import type { GeminiChunk } from './geminiChunk.js';

const catchUps = new WeakSet<GeminiChunk>();

/** Notes that a chunk stands for all that a late subscriber missed; gives it back. */
export function markCatchUp<T extends GeminiChunk>(chunk: T): T {
  catchUps.add(chunk);
  return chunk;
}

/** Whether a chunk stands for several, and nobody can say how many: it has no index. */
export function isCatchUp(chunk: GeminiChunk): boolean {
  return catchUps.has(chunk);
}
