import type { GeminiChunk } from '../chunk/geminiChunk.js';

/**
 * What a chunk adds to a merged reply, roughly, in bytes of memory: two for each UTF-16 unit of its parts, citations and
 * log probabilities, and eight for each number. What a later chunk replaces is not counted.
 */
export function contentSize({ text, candidates }: GeminiChunk): number {
  if (!candidates) return sizeOf(text);
  let size = 0;
  for (const { content, citationMetadata, logprobsResult } of candidates) {
    for (const part of content?.parts ?? nothing) size += sizeOf(part);
    if (citationMetadata) size += sizeOf(citationMetadata);
    if (logprobsResult) size += sizeOf(logprobsResult);
  }
  return size;
}

const nothing: readonly [] = [];

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 0;
  for (const field in value) size += sizeOf((value as Record<string, unknown>)[field]);
  return size;
}
