import { assembleArgs } from './assembleArgs.js';
import { appendPartialArgs, joinTexts, mayJoinCalls, mayJoinTexts } from './joinParts.js';
import { joinText } from './joinText.js';
import type { GeminiPartialFunctionCall, GeminiPart, GeminiPartialArg } from './response.js';

/** The parts of a candidate, in order; parts that the stream had cut are joined as they are appended. */
export class PartList {
  readonly #parts: GeminiPart[] = [];
  /** The argument pieces of the last part while it is an unfinished call, else undefined. */
  #pieces: GeminiPartialArg[] | undefined;
  /** The answer text before the last part. */
  #textBefore = '';

  /** The answer text; shared with the last part if that part has the only text, so that the text is held once. */
  get text(): string {
    const last = answerTextOf(this.#parts[this.#parts.length - 1]);
    // Stryker disable next-line ConditionalExpression,StringLiteral: only spares a copy
    return this.#textBefore === '' ? last : joinText(this.#textBefore, last);
  }

  append(part: GeminiPart): void {
    const last = this.#parts[this.#parts.length - 1];
    if (last && mayJoinTexts(last, part)) this.#replaceLast(joinTexts(last, part));
    else if (last && mayJoinCalls(last, part)) this.#replaceLast(this.#joinCalls(last, part));
    else this.#push(part);
  }

  snapshot(): GeminiPart[] {
    const parts = this.#parts.slice();
    const last = parts.at(-1);
    if (last && this.#pieces) parts[parts.length - 1] = withPieces(last, this.#pieces.slice());
    return parts;
  }

  #push(part: GeminiPart): void {
    const before = this.#parts.at(-1);
    this.#textBefore = joinText(this.#textBefore, answerTextOf(before));
    if (before && this.#pieces) this.#replaceLast(withPieces(before, this.#pieces));
    this.#pieces = undefined;
    this.#parts.push(part.functionCall ? this.#open(part, part.functionCall) : part);
  }

  /** Takes the pieces out of an unfinished call, so that adding a piece costs only the size of that piece. */
  #open(part: GeminiPart, call: GeminiPartialFunctionCall): GeminiPart {
    if (!call.partialArgs && !call.willContinue) return part;
    const pieces: GeminiPartialArg[] = [];
    appendPartialArgs(pieces, call.partialArgs);
    if (!call.willContinue) return closed(part, pieces);
    this.#pieces = pieces;
    return withoutPieces(part);
  }

  #joinCalls(a: GeminiPart, b: GeminiPart): GeminiPart {
    const pieces = this.#pieces ?? [];
    const { willContinue: _, ...call } = a.functionCall ?? {};
    // A piece without a name may have `name: ''`.
    const { name: __, ...more } = b.functionCall ?? {};
    appendPartialArgs(pieces, more.partialArgs);
    const joined = withoutPieces({ ...a, ...b, functionCall: { ...call, ...more } });
    if (more.willContinue) return joined;
    this.#pieces = undefined;
    return closed(joined, pieces);
  }

  #replaceLast(part: GeminiPart): void {
    this.#parts[this.#parts.length - 1] = part;
  }
}

/** The answer text of a part: its text, unless it is a thought. */
export function answerTextOf(part: GeminiPart | undefined): string {
  return part?.thought ? '' : (part?.text ?? '');
}

function withoutPieces(part: GeminiPart): GeminiPart {
  const { partialArgs: _, ...functionCall } = part.functionCall ?? {};
  return { ...part, functionCall };
}

function withPieces(part: GeminiPart, pieces: readonly GeminiPartialArg[]): GeminiPart {
  if (pieces.length === 0) return part;
  return { ...part, functionCall: { ...part.functionCall, partialArgs: pieces } };
}

/** A call with its last piece: the arguments are whole, unless the first piece is in an earlier chunk. */
function closed(part: GeminiPart, pieces: readonly GeminiPartialArg[]): GeminiPart {
  const { partialArgs: _, willContinue: __, ...call } = part.functionCall ?? {};
  if (!call.name) return withPieces(part, pieces);
  return { ...part, functionCall: { ...call, args: assembleArgs(pieces, call.args) } };
}
