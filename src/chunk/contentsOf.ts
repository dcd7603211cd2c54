import { isCallPiece } from './functionCallsOf.js';
import type { GeminiResponse, GeminiPart } from './response.js';
import { partsOf } from './readers.js';
import { toSendablePart } from './toSendablePart.js';

/** One content of a conversation, as it is sent to the model; assignable to the SDK's `Content`. @public */
export interface GeminiContent {
  /** The author of the content. */
  role: 'user' | 'model';
  /** The parts, in order. */
  parts: GeminiContentPart[];
}

/** A part of a content. A part keeps its other fields at run time, such as the language of a code. @public */
export interface GeminiContentPart {
  /** The text of the content, or of a thought if `thought` is set. */
  text?: string;
  /** Whether `text` is a summary of the model's thoughts. */
  thought?: boolean;
  /** The signature, which must be sent back to the model with this part. */
  thoughtSignature?: string;
  /** The base64 bytes of an image, audio, … */
  inlineData?: { data?: string; mimeType?: string };
  /** A file by its URI. */
  fileData?: { fileUri?: string; mimeType?: string };
  /** A finished call. */
  functionCall?: { id?: string; name?: string; args?: Record<string, unknown> };
  /** The response of a tool; `parts` are its pictures and files. */
  functionResponse?: {
    id?: string;
    name?: string;
    response?: Record<string, unknown>;
    parts?: {
      inlineData?: { data?: string; mimeType?: string };
      fileData?: { fileUri?: string; mimeType?: string };
    }[];
  };
  /** The code that ran on the server. */
  executableCode?: { code?: string };
  /** The output of that code. */
  codeExecutionResult?: { output?: string };
  /** The call of a tool that the server ran. */
  toolCall?: { id?: string; args?: Record<string, unknown> };
  /** The response of that tool. */
  toolResponse?: { id?: string; response?: Record<string, unknown> };
}

/**
 * Turns a reply into the contents to send back to the model as history: each run of `functionResponse` parts becomes a
 * `user` content, the other parts become `model` contents.
 *
 * Parts keep their signatures; a part that is only a signature gets the empty text that the API requires. Parts that
 * the API would refuse are omitted: a call with missing pieces, and an empty text without a signature.
 *
 * @param response - A whole reply: from `accumulate`, `finalResponse` or `GeminiError.partial`.
 * @param index - The index of the candidate. Default: 0.
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

/** Groups parts into contents: each run of function responses is a `user` content, the other parts are of `role`. */
export function toContents(parts: readonly GeminiPart[], role: GeminiContent['role']): GeminiContent[] {
  const contents: GeminiContent[] = [];
  let wasAnswer: boolean | undefined;
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
