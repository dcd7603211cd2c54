import { assertResponse } from './assertResponse.js';
import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiCandidate, GeminiPart } from './response.js';

/**
 * Whether the model says something in a chunk: a non-empty text (a thought counts), or any other part.
 *
 * What has no content (a bare finish, token counts, a signature on an empty text, a notice of an operator) shows
 * nothing to a reader. Operators count, time and retry by this.
 *
 * @param chunk - A chunk.
 * @returns Whether it has content.
 * @throws TypeError - If `chunk` is not an object.
 * @public
 */
export function hasContent(chunk: GeminiChunk): boolean {
  assertResponse(chunk, 'chunk');
  return chunk.text !== '' || (chunk.candidates?.some(hasContentPart) ?? false);
}

/** Whether a candidate's piece has content. */
export function hasContentPart(candidate: GeminiCandidate): boolean {
  return candidate.content?.parts?.some(isContentPart) ?? false;
}

/** Whether a candidate's piece has content of an answer: a call, an image, code and text are, a thought is not. */
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
