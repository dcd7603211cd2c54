import { candidatesOf } from './candidatesOf.js';
import type { GeminiChunk } from './geminiChunk.js';
import { hasContentPart } from './hasContent.js';
import { normalizeReason } from './normalizeReason.js';
import { candidateOf } from './readers.js';
import type { GeminiCandidate } from './response.js';

/**
 * The finish reason of a reply after one more chunk, judged on candidate 0. A reply has finished while it has one:
 * content that follows a finish clears it.
 *
 * @param finishReason - The finish reason before this chunk.
 * @param chunk - The next chunk.
 */
export function finishReasonAfter(finishReason: string | undefined, chunk: GeminiChunk): string | undefined {
  const piece = candidateOf({ candidates: candidatesOf(chunk) });
  return piece ? candidateFinishAfter(finishReason, piece) : finishReason;
}

/**
 * The finish reason of one candidate after one more of its pieces. Proxies, some models and each request of a reply
 * that takes several finish early, so content that follows a finish clears it.
 *
 * @param finishReason - The finish reason before this piece.
 * @param piece - The next piece of the candidate.
 */
export function candidateFinishAfter(finishReason: string | undefined, piece: GeminiCandidate): string | undefined {
  return normalizeReason(piece.finishReason) ?? (hasContentPart(piece) ? undefined : finishReason);
}
