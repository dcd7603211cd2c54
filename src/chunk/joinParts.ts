import { joinText } from './joinText.js';
import type { GeminiPartialArg, GeminiPart } from './response.js';

/** Whether a part has a text, perhaps of a thought, and no other field, such as a signature. */
export function isPlainText(part: GeminiPart): part is GeminiPart & { text: string } {
  if (typeof part.text !== 'string') return false;
  for (const field in part) {
    if (field !== 'text' && field !== 'thought') return false;
  }
  return true;
}

/** Whether two neighbouring parts are plain texts of one kind, which the stream had cut. */
export function mayJoinTexts(a: GeminiPart, b: GeminiPart): boolean {
  return Boolean(a.thought) === Boolean(b.thought) && isPlainText(a) && isPlainText(b);
}

/** Joins two plain texts of one kind. */
export function joinTexts(a: GeminiPart, b: GeminiPart): GeminiPart {
  const text = joinText(a.text ?? '', b.text ?? '');
  return a.thought ? { text, thought: true } : { text };
}

/** Whether `b` continues the function call of `a`: a following piece has no name. */
export function mayJoinCalls(a: GeminiPart, b: GeminiPart): boolean {
  return a.functionCall?.willContinue === true && b.functionCall !== undefined && !b.functionCall.name;
}

/** Appends pieces of arguments to `pieces`, which is changed; neighbouring pieces of one string are joined. */
export function appendPartialArgs(pieces: GeminiPartialArg[], more: readonly GeminiPartialArg[] | undefined): void {
  for (const piece of more ?? []) {
    const last = pieces.at(-1);
    if (last && mayJoinStrings(last, piece)) pieces[pieces.length - 1] = joinStrings(last, piece);
    else pieces.push(piece);
  }
}

function mayJoinStrings(a: GeminiPartialArg, b: GeminiPartialArg): boolean {
  return a.jsonPath === b.jsonPath && typeof a.stringValue === 'string' && typeof b.stringValue === 'string';
}

function joinStrings({ willContinue: _, ...a }: GeminiPartialArg, b: GeminiPartialArg): GeminiPartialArg {
  return { ...a, ...b, stringValue: joinText(a.stringValue ?? '', b.stringValue ?? '') };
}
