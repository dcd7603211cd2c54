import { hasContentPart } from './hasContent.js';
import { reasonIn } from './reasonIn.js';
import type { GeminiCandidate } from './response.js';

/**
 * The finish reason of a candidate after one more of its pieces. Proxies, some models and each request of several
 * finish early, so content that follows a finish clears it.
 *
 * @param finishReason - The one before this piece.
 * @param piece - The candidate's next piece.
 */
export function finishAfter(finishReason: string | undefined, piece: GeminiCandidate): string | undefined {
  return reasonIn(piece.finishReason) ?? (hasContentPart(piece) ? undefined : finishReason);
}
