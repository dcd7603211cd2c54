import type { GeminiChunk } from './geminiChunk.js';
import { isContentPart } from './hasContent.js';

/** Whether a chunk has a part that is neither text nor a thought: a call, a response, data, code, … */
export function hasNonTextPart(chunk: GeminiChunk): boolean {
  return (
    chunk.candidates?.some(({ content }) => content?.parts?.some((part) => !part.text && isContentPart(part))) ?? false
  );
}
