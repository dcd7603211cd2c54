import type { GeminiChunk } from './geminiChunk.js';
import { finishReasonOf } from './readers.js';

/** Whether a chunk ends the reply: the model finished, or this side marked it as cancelled or stopped. */
export function isFinish(chunk: GeminiChunk): boolean {
  return finishReasonOf(chunk) !== undefined || chunk.cancelled !== undefined || chunk.stopped !== undefined;
}
