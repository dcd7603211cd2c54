import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiCandidate } from './response.js';

/** Returns the candidates of a chunk; a chunk written as `{ text }` has a single text part, of candidate 0. */
export function candidatesOf({ candidates, text }: GeminiChunk): readonly GeminiCandidate[] {
  if (candidates) return candidates;
  return text === '' ? [] : [{ index: 0, content: { role: 'model', parts: [{ text }] } }];
}
