import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiCandidate } from './response.js';

/** The candidates of a chunk; one written as `{ text }` alone has one text part of candidate 0. */
export function candidatesOf({ candidates, text }: GeminiChunk): readonly GeminiCandidate[] {
  if (candidates) return candidates;
  return text === '' ? [] : [{ index: 0, content: { role: 'model', parts: [{ text }] } }];
}
