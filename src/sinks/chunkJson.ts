import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import { copyFields } from '../chunk/copyFields.js';
import type { Fields } from '../rx/isObject.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toBoundedJson } from '../errors/jsonDepth.js';

/** The JSON of a chunk without `leftOut`, which `text` belongs to: `toChunk` restores it from the candidates. */
export function chunkJson(chunk: GeminiChunk, leftOut: ReadonlySet<string>): string {
  const full = chunk.candidates ? chunk : new ChunkBuilder().append(chunk).snapshot();
  const sent: Fields = {};
  copyFields(sent, full, leftOut);
  return toBoundedJson(sent, 'A chunk');
}

/** Makes a test of whether that JSON has anything in it, for one `leftOut`. */
export function isSentOf(leftOut: ReadonlySet<string>): (chunk: GeminiChunk) => boolean {
  return (chunk) => {
    if (chunk.text !== '') return true;
    for (const field in chunk) {
      if (!leftOut.has(field) && (chunk as unknown as Fields)[field] !== undefined) return true;
    }
    return false;
  };
}
