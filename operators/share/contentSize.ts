import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';

/**
 * The size that a chunk adds to a merged reply, roughly, in bytes of memory: two for each UTF-16 unit of its parts,
 * citations and log probabilities, and eight for each number. What a later chunk replaces is not counted.
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

/** Not recursive: the arguments of a call may be nested as deep as the model likes. */
function sizeOf(value: unknown): number {
  let size = 0;
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') size += 2 * next.length;
    else if (typeof next !== 'object' || next === null) size += 8;
    else for (const field in next) open.push((next as Record<string, unknown>)[field]);
  }
  return size;
}
