import { shorthand } from './chunkBuilder.js';
import { finishAfter } from './finishAfter.js';
import type { GeminiChunk } from './geminiChunk.js';
import { candidateOf } from './readers.js';

/** The finish reason of a reply, judged on candidate 0, after one more chunk. */
export function finishReasonAfter(finishReason: string | undefined, chunk: GeminiChunk): string | undefined {
  const [piece] = chunk.candidates ? [candidateOf(chunk)] : shorthand(chunk.text);
  return piece ? finishAfter(finishReason, piece) : finishReason;
}
