import { joinText } from './joinText.js';
import type { GeminiPartialArg, GeminiPart } from './response.js';

/** A text or a thought and nothing else; a part with a signature or an unknown field is none. */
export function isPlainText(part: GeminiPart): part is GeminiPart & { text: string } {
  if (typeof part.text !== 'string') return false;
  for (const field in part) {
    if (field !== 'text' && field !== 'thought') return false;
  }
  return true;
}

/** Whether two plain texts are one text that the wire cut. */
export function mayJoinTexts(a: GeminiPart, b: GeminiPart): boolean {
  return Boolean(a.thought) === Boolean(b.thought) && isPlainText(a) && isPlainText(b);
}

/** Joins two plain texts of one kind. */
export function joinTexts(a: GeminiPart, b: GeminiPart): GeminiPart {
  const text = joinText(a.text ?? '', b.text ?? '');
  return a.thought ? { text, thought: true } : { text };
}

/** Whether `b` goes on with the function call of `a`: a piece that follows has no name. */
export function mayJoinCalls(a: GeminiPart, b: GeminiPart): boolean {
  return a.functionCall?.willContinue === true && b.functionCall !== undefined && !b.functionCall.name;
}

/** Adds pieces of arguments to a list; neighbouring pieces of one string become one. Changes `pieces`. */
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
