import { firstPieceAnnotations, lastPieceAnnotations } from './replyAnnotations.js';
import { answerTextOf } from './partList.js';
import { omitFields } from './copyFields.js';
import type { GeminiChunk } from './geminiChunk.js';
import { candidateOf } from './readers.js';
import type { GeminiPart } from './response.js';

/** Fields that stay on the second piece. All others are annotations, which a type may promise of each chunk. */
const ofSecond: ReadonlySet<string> = new Set([
  'usageMetadata',
  'promptFeedback',
  'modelVersion',
  'responseId',
  'createTime',
  ...lastPieceAnnotations,
]);

/**
 * Cuts a chunk in two inside its answer text, so that the two merge into it again.
 *
 * The first has the text and the parts up to there; all else (the finish, the usage, the other candidates, marks of
 * what comes after, …) stays on the second. Both have the standing annotations, and a mark of `resumed` stays on the
 * first.
 *
 * @param chunk - A chunk in normal form.
 * @param length - The length of the first one's text: more than 0, less than all.
 * @returns The two, or undefined where merging could not undo the cut: inside a part that is not plain text (a signed
 * one, say), or in a content of which the role would change.
 */
export function splitChunk<T extends GeminiChunk>(chunk: T, length: number): readonly [T, T] | undefined {
  const cut = candidateOf(chunk);
  const parts = cut?.content?.role === 'model' && splitParts(cut.content.parts ?? [], length);
  if (!parts) return undefined;
  const first = {
    ...omitFields(chunk, ofSecond),
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
