import type { GeminiChunk } from './geminiChunk.js';
import { hasContentPart } from './hasContent.js';
import { candidateOf, finishReasonOf } from './readers.js';

/**
 * The finish reason of a reply, judged on candidate 0, once one more chunk has come: the later one; content without a
 * reason clears it, as in a merge.
 */
export function finishReasonAfter(before: string | undefined, chunk: GeminiChunk): string | undefined {
  const finishReason = finishReasonOf(chunk);
  if (finishReason !== undefined || before === undefined) return finishReason;
  return chunk.text !== '' || hasContentPart(candidateOf(chunk) ?? {}) ? undefined : before;
}
