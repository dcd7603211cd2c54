import type { GeminiChunk } from './geminiChunk.js';

/** The memory of a chunk besides its content, in bytes, so that a flood of empty chunks counts as well. */
const overheadBytes = 512;

/** The estimated memory of a chunk that is held unmerged, in bytes. */
export function chunkBytes(chunk: GeminiChunk): number {
  return overheadBytes + contentBytes(chunk);
}

/**
 * The estimated memory that a chunk adds to a merged reply, in bytes: two for each UTF-16 unit of its parts, citations
 * and log probabilities, and eight for each number. Does not count the fields that a later chunk replaces.
 */
export function contentBytes({ text, candidates }: GeminiChunk): number {
  if (!candidates) return valueBytes(text);
  let bytes = 0;
  for (const { content, citationMetadata, logprobsResult } of candidates) {
    for (const part of content?.parts ?? noParts) bytes += valueBytes(part);
    if (citationMetadata) bytes += valueBytes(citationMetadata);
    if (logprobsResult) bytes += valueBytes(logprobsResult);
  }
  return bytes;
}

const noParts: readonly [] = [];

/** Not recursive, because a model may nest the arguments of a call to any depth. */
function valueBytes(value: unknown): number {
  let bytes = 0;
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') bytes += 2 * next.length;
    else if (typeof next !== 'object' || next === null) bytes += 8;
    else for (const field in next) open.push((next as Record<string, unknown>)[field]);
  }
  return bytes;
}
