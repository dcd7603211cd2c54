import { firstPieceAnnotations, lastPieceAnnotations } from './replyAnnotations.js';
import { answerTextOf } from './partList.js';
import { omitFields } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';
import { candidateOf, partsOf } from './readers.js';
import type { GeminiPart } from './response.js';

/** Fields of the second piece only. All other fields are annotations, which a type may promise of each chunk. */
const secondPieceFields: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ ['usageMetadata', 'promptFeedback', 'modelVersion', 'responseId', 'createTime'].concat(
    /* @__PURE__ */ Array.from(lastPieceAnnotations),
  ),
);

/**
 * Splits a chunk inside its answer text into two pieces that merge into the chunk again.
 *
 * The first piece has the text and the parts up to the cut; all other fields (the finish, the usage, the other
 * candidates, marks of the end, …) are on the second piece. Both have the standing annotations; a `resumed` mark is on
 * the first piece.
 *
 * @param chunk - A chunk in normal form.
 * @param length - The length of the text of the first piece: more than 0, less than the whole text.
 * @returns The two pieces; undefined if merging could not undo the cut: inside a part that is not plain text (a signed
 * text, for example), or in a content whose role would change.
 */
export function splitChunk<T extends GeminiChunk>(chunk: T, length: number): readonly [T, T] | undefined {
  const cut = candidateOf(chunk);
  const parts = cut?.content?.role === 'model' && splitParts(partsOf(chunk), length);
  if (!parts) return undefined;
  const first = {
    ...omitFields(chunk, secondPieceFields),
    text: chunk.text.slice(0, length),
    candidates: [{ index: 0, content: { role: 'model', parts: parts[0] } }],
  };
  const second = {
    ...omitFields(chunk, firstPieceAnnotations),
    text: chunk.text.slice(length),
    candidates: chunk.candidates?.map((candidate) =>
      candidate === cut ? { ...cut, content: { ...cut.content, parts: parts[1] } } : candidate,
    ),
  };
  return [first as unknown as T, second as unknown as T];
}

function splitParts(parts: readonly GeminiPart[], length: number): readonly [GeminiPart[], GeminiPart[]] | undefined {
  let rest = length;
  for (const [index, part] of parts.entries()) {
    const text = answerTextOf(part);
    if (rest < text.length) {
      if (Object.keys(part).length > 1) return undefined;
      const first = [...parts.slice(0, index), { text: text.slice(0, rest) }];
      return [first, [{ text: text.slice(rest) }, ...parts.slice(index + 1)]];
    }
    rest -= text.length;
    if (rest === 0) return [parts.slice(0, index + 1), parts.slice(index + 1)];
  }
  return undefined;
}
