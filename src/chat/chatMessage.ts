import type { ToolRun } from '../chunk/annotations.js';
import { contentsOf, isEmptyText, type GeminiContent } from '../chunk/contentsOf.js';
import { functionCallsOf, type GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiResponse, GeminiCitation, GeminiPart, GeminiUsage } from '../chunk/response.js';
import { citationsOf, finishReasonOf, partsOf, textOf, thoughtsOf, usageOf } from '../chunk/readers.js';
import { toSendablePart } from '../chunk/toSendablePart.js';
import type { GeminiError } from '../errors/geminiError.js';
import { sanitizeCitation, sanitizePart, sanitizeUsage } from './contentValidators.js';

/** The fields that every turn has; see {@link ChatInput}. @public */
export interface ChatMessageFields {
  /** Its name in this chat, for ever; none is used twice. */
  readonly id: string;
  /** The speaker; `tool` turns hold the responses to calls, and go to the model as the user's. */
  readonly role: 'user' | 'model' | 'tool';
  /** Whether it is only shown, and not sent: an answer that was cut off, or words of the user that were refused. */
  readonly draft: boolean;
  /** The content, merged: texts, thoughts, calls, data, with their signatures. */
  readonly parts: readonly GeminiPart[];
  /** The text, without thoughts. */
  readonly text: string;
  /** The thoughts. */
  readonly thoughts: string;
  /** The finished calls of a model's turn. */
  readonly calls: readonly GeminiFunctionCall[];
  /** The tools that run, or ran, in a `tool` turn, in the order of the calls. */
  readonly runs: readonly ToolRun[];
  /** The sources that are quoted. */
  readonly citations: readonly GeminiCitation[];
  /** Why the model stopped, once it has. */
  readonly finishReason?: string | undefined;
  /** The token counts of the request that wrote this turn. */
  readonly usage?: GeminiUsage | undefined;
}

/** A turn that is under way. @public */
export interface OpenChatMessage extends ChatMessageFields {
  /**
   * `pending` until its first content, then `streaming`. A user's turn is `pending` while it waits for the one before;
   * one of tools is `streaming` while they run.
   */
  readonly status: 'pending' | 'streaming';
  /** Never there. */
  readonly error?: undefined;
}

/** A turn that is whole; a user's turn is, once it is sent. @public */
export interface CompleteChatMessage extends ChatMessageFields {
  /** The turn is whole. */
  readonly status: 'complete';
  /** Never there. */
  readonly error?: undefined;
}

/** A turn that was cancelled. @public */
export interface CancelledChatMessage extends ChatMessageFields {
  /** The turn was cancelled. */
  readonly status: 'cancelled';
  /** The error of kind `cancelled`, if the turn was cancelled by one. */
  readonly error?: GeminiError | undefined;
}

/** A turn that failed. @public */
export interface FailedChatMessage extends ChatMessageFields {
  /** The turn failed. */
  readonly status: 'failed';
  /** The failure. */
  readonly error: GeminiError;
}

/**
 * One turn of a chat: the words of the user, the answer of the model to one request, or the responses of tools to its
 * calls. A union over `status`: a turn that has `failed` has an `error`.
 *
 * Immutable: a turn that changes is another object with the same `id`, and one that does not is the same object.
 *
 * @public
 */
export type ChatMessage = OpenChatMessage | CompleteChatMessage | CancelledChatMessage | FailedChatMessage;

/** The status of a {@link ChatInput}: `pending` until its first content, `streaming`, and how it ended. @public */
export type TurnStatus = ChatMessage['status'];

/** The end of a turn that was cut off. */
export type MessageCut = Pick<CancelledChatMessage, 'status' | 'error'> | Pick<FailedChatMessage, 'status' | 'error'>;

/** A turn of which only the parts are known. */
export function createMessage(
  id: string,
  role: ChatMessage['role'],
  parts: readonly GeminiPart[],
  status: OpenChatMessage['status'] | CompleteChatMessage['status'],
): OpenChatMessage | CompleteChatMessage {
  return { id, role, status, draft: false, runs: [], ...messageFields(responseWith(parts)) };
}

/** Whether a turn is under way. */
export function isOpen(turn: ChatMessage): turn is OpenChatMessage {
  return turn.status === 'pending' || turn.status === 'streaming';
}

/** The role of parts that are not the model's: responses to calls are a turn of tools, also if the caller runs them. */
export function roleOf(parts: readonly GeminiPart[]): 'user' | 'tool' {
  return parts.some((part) => part.functionResponse) ? 'tool' : 'user';
}

/** The content of a turn, as far as the reply has come. */
export function messageFields(reply: GeminiResponse) {
  return {
    parts: partsOf(reply),
    text: textOf(reply),
    thoughts: thoughtsOf(reply),
    calls: functionCallsOf(reply),
    citations: citationsOf(reply),
    finishReason: finishReasonOf(reply),
    usage: usageOf(reply),
  };
}

/** The content of a reply that has ended, without parts that the API would refuse or a saved chat could not hold. */
export function finalMessageFields(reply: GeminiResponse) {
  const { citations, usage, ...said } = messageFields(reply);
  const sent = contentsOf(responseWith(said.parts.map(sanitizePart))).flatMap(({ parts }) => parts);
  return {
    ...said,
    ...messageFields(responseWith(sent)),
    finishReason: said.finishReason,
    citations: citations.map(sanitizeCitation),
    usage: usage && sanitizeUsage(usage),
  };
}

/** The calls at the end of a whole reply; those that the SDK has run itself are followed by their responses. */
export function callsToAnswer(reply: GeminiResponse): GeminiFunctionCall[] {
  const last = contentsOf(reply).at(-1);
  return last?.role === 'model' ? functionCallsOf(responseWith(last.parts)) : [];
}

/** The contents of a turn that may be sent: one, or several if the SDK has called functions within the reply. */
export function contentsOfMessage({ role, parts }: ChatMessage): GeminiContent[] {
  if (role === 'model') return contentsOf(responseWith(parts));
  const sent = parts.filter((part) => !isEmptyText(part));
  return sent.length === 0 ? [] : [{ role: 'user', parts: sent.map(toSendablePart) as GeminiContent['parts'] }];
}

function responseWith(parts: readonly GeminiPart[]): GeminiResponse {
  return { candidates: [{ index: 0, content: { role: 'model', parts } }] };
}
