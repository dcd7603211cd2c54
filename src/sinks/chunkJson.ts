import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import { copyFields } from '../chunk/copyFields.js';
import type { Fields } from '../rx/isObject.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toBoundedJson } from '../errors/jsonDepth.js';

/**
 * The JSON of a chunk without the fields `omitted`. `text` is always omitted: the candidates carry the text, and are
 * added to a chunk that has none.
 */
export function chunkJson(chunk: GeminiChunk, omitted: ReadonlySet<string>): string {
  const full = chunk.candidates ? chunk : new ChunkBuilder().append(chunk).snapshot();
  const sent: Fields = {};
  copyFields(sent, full, omitted);
  return toBoundedJson(sent, 'A chunk');
}

/** Makes a function that returns whether the JSON of a chunk has any field. */
export function hasSentField(omitted: ReadonlySet<string>): (chunk: GeminiChunk) => boolean {
  return (chunk) => {
    if (chunk.text !== '') return true;
    for (const field in chunk) {
      if (!omitted.has(field) && (chunk as unknown as Fields)[field] !== undefined) return true;
    }
    return false;
  };
}
