import type { GeminiChunk } from './geminiChunk.js';

/** Whether this side ended the reply with this chunk, which counts as a finish. */
export function wasCutShort({ cancelled, stopped }: GeminiChunk): boolean {
  return cancelled !== undefined || stopped !== undefined;
}
