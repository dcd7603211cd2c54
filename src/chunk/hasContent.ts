import { assertResponse } from './assertResponse.js';
import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiCandidate, GeminiPart } from './response.js';

/**
 * Whether a chunk has content: a non-empty text (a thought counts), or any other part.
 *
 * A bare finish, token counts, a signature on an empty text and a notice of an operator are not content. Operators
 * count, time and retry by content only.
 *
 * @param chunk - A chunk.
 * @returns Whether the chunk has content.
 * @throws TypeError - If `chunk` is not an object.
 * @public
 */
export function hasContent(chunk: GeminiChunk): boolean {
  assertResponse(chunk, 'chunk');
  return chunk.text !== '' || (chunk.candidates?.some(hasContentPart) ?? false);
}

/** Whether a piece of a candidate has content. */
export function hasContentPart(candidate: GeminiCandidate): boolean {
  return candidate.content?.parts?.some(isContentPart) ?? false;
}

/** Whether a piece of a candidate has content of an answer: text, a call, an image or code, but not a thought. */
export function hasAnswerPart(candidate: GeminiCandidate): boolean {
  return candidate.content?.parts?.some((part) => !part.thought && isContentPart(part)) ?? false;
}

/** Whether a part is content: a non-empty text, or any other part; a bare signature is not. */
export function isContentPart(part: GeminiPart): boolean {
  if (part.text) return true;
  for (const field in part) {
    if (field !== 'text' && field !== 'thought' && field !== 'thoughtSignature') return true;
  }
  return false;
}
