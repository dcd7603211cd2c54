import type { GeminiChunk } from './geminiChunk.js';
import { hasContent } from './hasContent.js';

/** Whether a chunk only carries annotations: no content, no token counts, no finish. */
export function isNotice(chunk: GeminiChunk): boolean {
  return !chunk.usageMetadata && !hasContent(chunk) && !chunk.candidates?.some((candidate) => candidate.finishReason);
}
