import { isCallPiece } from './functionCallsOf.js';
import type { GeminiResponse } from './geminiChunk.js';
import { partsOf } from './readers.js';
import type { Part } from './wire.js';

/** One turn of a conversation, as it is sent to the model; assignable to the SDK's `Content`. @public */
export interface Content {
  /** Who speaks. */
  role: 'user' | 'model';
  /** What is said. */
  parts: ContentPart[];
}

/** A part of a turn. Fields that are not declared (a code's language, say) are there at run time. @public */
export interface ContentPart {
  /** Text of the turn, or of a thought where `thought` is set. */
  text?: string;
  /** Whether `text` is a summary of the model's thoughts. */
  thought?: boolean;
  /** The signature that must go back to the model in the same part. */
  thoughtSignature?: string;
  /** Bytes, base64. */
  inlineData?: { data?: string; mimeType?: string };
  /** A file by its URI. */
  fileData?: { fileUri?: string; mimeType?: string };
  /** A finished call. */
  functionCall?: { id?: string; name?: string; args?: Record<string, unknown> };
  /** A tool's answer. */
  functionResponse?: { id?: string; name?: string; response?: Record<string, unknown> };
  /** Code that ran on the server. */
  executableCode?: { code?: string };
  /** What that code printed. */
  codeExecutionResult?: { output?: string };
}

/**
 * What of a reply may be sent back to the model as history: each run of `functionResponse` parts is a `user` turn,
 * the rest are `model` turns.
 *
 * Parts keep their signatures. Left out are what the API would refuse: a call of which pieces are missing, and an
 * empty text without a signature.
 *
 * @param response - A whole reply: from `accumulate`, `finalResponse` or `GeminiError.partial`.
 * @param index - Which candidate. Default: 0.
 * @returns The turns, in order; empty where the reply says nothing.
 * @example
 * ```ts
 * const history = [{ role: 'user', parts: [{ text: 'Hello' }] }, ...contentsOf(chunk('Hello to you'))];
 * ```
 * @public
 */
export function contentsOf(response: GeminiResponse, index = 0): Content[] {
  const turns: Content[] = [];
  for (const part of partsOf(response, index)) {
    if (isCallPiece(part) || isEmptyText(part)) continue;
    const role = part.functionResponse ? 'user' : 'model';
    const turn = turns.at(-1);
    if (turn?.role === role) turn.parts.push(part as ContentPart);
    else turns.push({ role, parts: [part as ContentPart] });
  }
  return turns;
}

/** Whether a part is a text, or a thought, that says nothing and has no signature. */
export function isEmptyText(part: Part): boolean {
  return !part.text && Object.keys(part).every((field) => field === 'text' || field === 'thought');
}
