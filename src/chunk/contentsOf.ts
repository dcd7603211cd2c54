import { isCallPiece } from './functionCallsOf.js';
import type { GeminiResponse, GeminiPart } from './response.js';
import { partsOf } from './readers.js';
import { toSendablePart } from './toSendablePart.js';

/** One turn of a conversation, as it is sent to the model; assignable to the SDK's `Content`. @public */
export interface GeminiContent {
  /** The speaker. */
  role: 'user' | 'model';
  /** The parts, in order. */
  parts: GeminiContentPart[];
}

/** A part of a turn. Fields that are not declared (a code's language, say) are there at run time. @public */
export interface GeminiContentPart {
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
  /** A tool's answer; `parts` are its pictures and files. */
  functionResponse?: {
    id?: string;
    name?: string;
    response?: Record<string, unknown>;
    parts?: {
      inlineData?: { data?: string; mimeType?: string };
      fileData?: { fileUri?: string; mimeType?: string };
    }[];
  };
  /** Code that ran on the server. */
  executableCode?: { code?: string };
  /** The output of that code. */
  codeExecutionResult?: { output?: string };
}

/**
 * Turns a reply into the contents that go back to the model as history: each run of `functionResponse` parts is a
 * `user` content, the rest are `model` contents.
 *
 * Parts keep their signatures, and one that is only a signature gets the empty text that the API demands. Parts that
 * the API would refuse are left out: a call with missing pieces, and an empty text without a signature.
 *
 * @param response - A whole reply: from `accumulate`, `finalResponse` or `GeminiError.partial`.
 * @param index - Which candidate. Default: 0.
 * @returns The contents, in order; empty for a reply without content.
 * @example
 * ```ts
 * const history = [{ role: 'user', parts: [{ text: 'Hello' }] }, ...contentsOf(chunk('Hello to you'))];
 * ```
 * @public
 */
export function contentsOf(response: GeminiResponse, index = 0): GeminiContent[] {
  const parts = partsOf(response, index).filter((part) => !isCallPiece(part) && !isEmptyText(part));
  return toContents(parts.map(toSendablePart), 'model');
}

/** The contents of some parts: each run of function responses is a content of the user, the rest are of `role`. */
export function toContents(parts: readonly GeminiPart[], role: GeminiContent['role']): GeminiContent[] {
  const contents: GeminiContent[] = [];
  let wasAnswer = false;
  for (const part of parts as readonly GeminiContentPart[]) {
    const isAnswer = Boolean(part.functionResponse);
    const open = contents.at(-1);
    if (open && isAnswer === wasAnswer) open.parts.push(part);
    else contents.push({ role: isAnswer ? 'user' : role, parts: [part] });
    wasAnswer = isAnswer;
  }
  return contents;
}

/** Whether a part is a text, or a thought, that is empty and has no signature. */
export function isEmptyText(part: GeminiPart): boolean {
  return Object.entries(part).every(([field, value]) => field === 'thought' || value === '' || value == null);
}
