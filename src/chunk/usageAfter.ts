import { copyFields, shallowCopy } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiUsage } from './response.js';

/** Returns the token counts of a reply after another chunk, as in a merge: of each field, the later value wins. */
export function usageAfter(usage: GeminiUsage | undefined, { usageMetadata }: GeminiChunk): GeminiUsage | undefined {
  if (!usage || !usageMetadata) return usageMetadata ?? usage;
  const merged = shallowCopy(usage);
  copyFields(merged, usageMetadata);
  return merged;
}
