import type { GeminiChunk } from './geminiChunk.js';
import { isContentPart } from './hasContent.js';
import type { GeminiPart } from './response.js';

/** Whether a chunk has a part that is neither text nor a thought: a call, a response, data, code, … */
export function hasNonTextPart(chunk: GeminiChunk): boolean {
  return chunk.candidates?.some(({ content }) => content?.parts?.some(isNonTextPart)) ?? false;
}

function isNonTextPart(part: GeminiPart): boolean {
  return !part.text && isContentPart(part);
}
