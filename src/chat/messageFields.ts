import { contentsOf, isEmptyText, type GeminiContent } from '../chunk/contentsOf.js';
import { functionCallsOf, type GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import { citationsOf, finishReasonOf, partsOf, textOf, thoughtsOf, usageOf } from '../chunk/readers.js';
import { toSendablePart } from '../chunk/toSendablePart.js';
import type { GeminiPart, GeminiResponse } from '../chunk/response.js';
import type { ChatMessage, CompleteChatMessage, OpenChatMessage } from './chatMessage.js';
import { sanitizeCitation, sanitizePart, sanitizeUsage } from './contentValidators.js';

/** Makes a message from its parts. */
export function createMessage(
  id: string,
  role: ChatMessage['role'],
  parts: readonly GeminiPart[],
  status: OpenChatMessage['status'] | 'complete',
): OpenChatMessage | CompleteChatMessage {
  return { id, role, status, draft: false, runs: [], ...messageFields(responseWith(parts)) };
}

/** The content of a model's message, from the reply so far. */
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
  const { citations, usage, ...fields } = messageFields(reply);
  const sendable = contentsOf(responseWith(fields.parts.map(sanitizePart))).flatMap(({ parts }) => parts);
  return {
    ...fields,
    ...messageFields(responseWith(sendable)),
    finishReason: fields.finishReason,
    citations: citations.map(sanitizeCitation),
    usage: usage && sanitizeUsage(usage),
  };
}

/** The calls at the end of a finished reply; calls that the SDK has answered itself are followed by their responses. */
export function callsToAnswer(reply: GeminiResponse): GeminiFunctionCall[] {
  const last = contentsOf(reply).at(-1);
  return last?.role === 'model' ? functionCallsOf(responseWith(last.parts)) : [];
}

/** The contents of a sendable message: one, or several if the SDK has called functions within the reply. */
export function contentsOfMessage({ role, parts }: ChatMessage): GeminiContent[] {
  if (role === 'model') return contentsOf(responseWith(parts));
  const sendable = parts.filter((part) => !isEmptyText(part));
  return sendable.length === 0 ? [] : [{ role: 'user', parts: sendable.map(toSendablePart) as GeminiContent['parts'] }];
}

function responseWith(parts: readonly GeminiPart[]): GeminiResponse {
  return { candidates: [{ index: 0, content: { role: 'model', parts } }] };
}
