import { candidatesOf } from './candidatesOf.js';
import type { GeminiChunk } from './geminiChunk.js';
import { hasContentPart } from './hasContent.js';
import { normalizeReason } from './normalizeReason.js';
import { candidateOf } from './readers.js';
import type { GeminiCandidate } from './response.js';

/**
 * Returns the finish reason of a reply after another chunk, judged on candidate 0. A reply with a finish reason has
 * finished, unless later content clears the reason.
 *
 * @param finishReason - The finish reason before this chunk.
 * @param chunk - The next chunk.
 */
export function finishReasonAfter(finishReason: string | undefined, chunk: GeminiChunk): string | undefined {
  const piece = candidateOf({ candidates: candidatesOf(chunk) });
  return piece ? candidateFinishAfter(finishReason, piece) : finishReason;
}

/**
 * Returns the finish reason of a candidate after another of its pieces. Proxies, some models and each request of a
 * reply that takes several requests finish early, so content after a finish clears the finish reason.
 *
 * @param finishReason - The finish reason before this piece.
 * @param piece - The next piece of the candidate.
 */
export function candidateFinishAfter(finishReason: string | undefined, piece: GeminiCandidate): string | undefined {
  return normalizeReason(piece.finishReason) ?? (hasContentPart(piece) ? undefined : finishReason);
}
