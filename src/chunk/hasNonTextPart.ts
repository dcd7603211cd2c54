import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiPart } from './response.js';

/** Whether a chunk has a part that is neither text nor a thought: a call, a response, data, code, … */
export function hasNonTextPart(chunk: GeminiChunk): boolean {
  return chunk.candidates?.some(({ content }) => content?.parts?.some(isOther)) ?? false;
}

function isOther(part: GeminiPart): boolean {
  if (part.text) return false;
  return Object.keys(part).some((field) => field !== 'text' && field !== 'thought' && field !== 'thoughtSignature');
}
