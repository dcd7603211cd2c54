import type { GeminiResponse, GeminiCandidate, GeminiPart } from '../chunk/response.js';
import { isObject } from '../rx/isObject.js';

/** Merges the chunks of a stream into one response of `generateContent`. The later value of a field wins. */
export function mergeResponses(chunks: readonly unknown[]): GeminiResponse {
  let merged: GeminiResponse = {};
  const candidates = new Map<number, GeminiCandidate>();
  for (const chunk of chunks.filter(isObject)) {
    const { candidates: pieces = [], ...others } = chunk as GeminiResponse;
    merged = { ...merged, ...others };
    pieces.forEach((piece, position) => {
      const index = piece.index ?? position;
      candidates.set(index, mergeCandidate(candidates.get(index), piece));
    });
  }
  if (candidates.size === 0) return merged;
  const inOrder = [...candidates].sort(([a], [b]) => a - b).map(([, candidate]) => candidate);
  return { candidates: inOrder, ...merged };
}

function mergeCandidate(whole: GeminiCandidate | undefined, piece: GeminiCandidate): GeminiCandidate {
  if (!whole) return piece;
  const parts = [...(whole.content?.parts ?? [])];
  for (const part of piece.content?.parts ?? []) {
    const last = parts.at(-1);
    if (last && isJoinable(last) && isJoinable(part) && last.thought === part.thought) {
      parts[parts.length - 1] = { ...last, text: `${last.text ?? ''}${part.text ?? ''}` };
    } else parts.push(part);
  }
  const content = { ...whole.content, ...piece.content, ...(parts.length > 0 && { parts }) };
  return { ...whole, ...piece, ...((whole.content ?? piece.content) && { content }) };
}

const isJoinable = (part: GeminiPart): boolean =>
  part.text !== undefined && Object.keys(part).every((key) => key === 'text' || key === 'thought');
