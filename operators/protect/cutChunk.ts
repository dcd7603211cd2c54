import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { omitFields } from '../../src/chunk/copyFields.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { answerTextOf } from '../../src/chunk/partList.js';
import { candidateOf, partsOf } from '../../src/chunk/readers.js';
import { placeAnnotations } from '../../src/chunk/replyAnnotations.js';
import type { GeminiPart } from '../../src/chunk/response.js';

/**
 * Cuts a chunk off at a place in its answer text. Removes the content of candidate 0 after that place, its finish, and
 * the places, which cover that content; all other fields (the usage, the other candidates, citations, other
 * annotations) stay.
 *
 * @param length - The length of the text that stays; the chunk is returned unchanged if `length` is its whole text.
 */
export function cutChunk<T extends GeminiChunk>(chunk: T, length: number): T {
  if (length >= chunk.text.length) return chunk;
  const copy = omitFields(chunk, placeAnnotations);
  copy['text'] = chunk.text.slice(0, length);
  const cut = candidateOf(chunk);
  if (cut) {
    const { finishReason: _, finishMessage: __, ...candidate } = cut;
    const content = { ...cut.content, parts: partsUpTo(partsOf(chunk), length) };
    copy['candidates'] = chunk.candidates?.map((one) => (one === cut ? { ...candidate, content } : one));
  }
  // A part that lost its signature may join the part before it.
  return new ChunkBuilder<T>().append(copy as unknown as T).snapshot();
}

function partsUpTo(parts: readonly GeminiPart[], length: number): GeminiPart[] {
  const kept: GeminiPart[] = [];
  let rest = length;
  for (const part of parts) {
    const text = answerTextOf(part);
    if (text.length > rest) {
      // A signature belongs to the whole text.
      const { thoughtSignature: _, ...unsigned } = part;
      if (rest > 0) kept.push({ ...unsigned, text: text.slice(0, rest) });
      break;
    }
    kept.push(part);
    rest -= text.length;
    if (text !== '' && rest === 0) break;
  }
  return kept;
}
