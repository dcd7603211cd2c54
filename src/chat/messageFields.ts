import { contentsOf, isEmptyText, type GeminiContent } from '../chunk/contentsOf.js';
import { callsIn, type GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import { normalizeReason } from '../chunk/normalizeReason.js';
import { answerIn, candidateOf, partsOf, thoughtsIn } from '../chunk/readers.js';
import { isObject } from '../rx/isObject.js';
import { withoutWaits } from '../chunk/withoutWaits.js';
import { toSendablePart } from '../chunk/toSendablePart.js';
import type { ReplyAnnotations } from '../chunk/replyAnnotations.js';
import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionResponse, GeminiPart, GeminiResponse, ToolMedia } from '../chunk/response.js';
import type {
  ChatMessage,
  ChatMessageFields,
  CompleteChatMessage,
  MessageInteraction,
  OpenChatMessage,
} from './chatMessage.js';
import {
  sanitizeCitation,
  sanitizeCost,
  sanitizeInteraction,
  sanitizePart,
  sanitizeUsage,
} from './contentValidators.js';

/** Makes a message from its parts. */
export function createMessage(
  id: string,
  role: ChatMessage['role'],
  parts: readonly GeminiPart[],
  status: OpenChatMessage['status'] | 'complete',
): OpenChatMessage | CompleteChatMessage {
  const fields = messageFields(responseWith(parts));
  return { id, role, status, draft: false, ...fields, runs: role === 'model' ? fields.runs : [] };
}

/** The content of a model's message, from the reply so far, and the latest states of the runs that a server reported. */
export function messageFields(reply: GeminiResponse & ReplyAnnotations, latest?: LatestRun) {
  const { usageMetadata: usage, progress, metrics, cost, queued, retrying } = reply;
  const candidate = candidateOf(reply);
  const parts = candidate?.content?.parts ?? [];
  // Field by field: made for each chunk, and engines are slow at fields after a spread.
  return {
    parts,
    text: answerIn(parts),
    thoughts: thoughtsIn(parts),
    calls: callsIn(parts),
    citations: candidate?.citationMetadata?.citations ?? [],
    finishReason: normalizeReason(candidate?.finishReason),
    usage,
    interaction: reply.interaction as MessageInteraction | undefined,
    progress,
    metrics,
    cost,
    queued,
    retrying,
    runs: serverRuns(parts, latest),
  };
}

/** Content of a message, with the number of messages before it if it is of an interaction. */
export type MessageContent = ReturnType<typeof messageFields> & Pick<ChatMessage, 'sentMessages'>;

/** An open message with the content of the reply so far. */
export function openMessage(
  { id, role, draft }: OpenChatMessage,
  status: OpenChatMessage['status'],
  content: MessageContent,
): OpenChatMessage {
  // Field by field: made for each chunk, and engines are slow at copies of so many fields.
  return {
    id,
    role,
    status,
    draft,
    parts: content.parts,
    text: content.text,
    thoughts: content.thoughts,
    calls: content.calls,
    citations: content.citations,
    finishReason: content.finishReason,
    usage: content.usage,
    interaction: content.interaction,
    progress: content.progress,
    metrics: content.metrics,
    cost: content.cost,
    queued: content.queued,
    retrying: content.retrying,
    runs: content.runs,
    sentMessages: content.sentMessages,
  } satisfies Record<keyof ChatMessageFields | 'status', unknown>;
}

/** The content of a reply that has ended, without parts that the API would refuse or a saved chat could not hold. */
export function finalMessageFields(reply: GeminiResponse & ReplyAnnotations, latest?: LatestRun) {
  const { citations, usage, interaction, cost, ...fields } = messageFields(withoutWaits(reply));
  const sendable = contentsOf(responseWith(fields.parts.map(sanitizePart))).flatMap(({ parts }) => parts);
  return {
    ...fields,
    parts: sendable,
    text: answerIn(sendable),
    thoughts: thoughtsIn(sendable),
    calls: callsIn(sendable),
    runs: serverRuns(sendable, latest),
    citations: citations.map(sanitizeCitation),
    usage: usage && sanitizeUsage(usage),
    interaction: interaction && sanitizeInteraction(interaction),
    cost: cost && sanitizeCost(cost),
  };
}

/** The calls of a finished reply without a response in the reply: a server may have answered some of its calls. */
export function callsToAnswer(reply: GeminiResponse): GeminiFunctionCall[] {
  return callsIn(unansweredCalls(partsOf(reply)));
}

/** Returns the latest state of the run of a call that the server has reported, if any. */
type LatestRun = (call: GeminiFunctionCall) => ToolRun | undefined;

/** The tool runs of a server within one reply, in the order of the calls. */
function serverRuns(parts: readonly GeminiPart[], latest: LatestRun = () => undefined): ToolRun[] {
  if (!parts.some(({ functionCall }) => functionCall)) return [];
  return matchCalls(parts).flatMap(({ part, response: answer }) => {
    const [call] = callsIn([part]);
    const reported = call && latest(call);
    if (!call || !answer) return reported ? [{ ...reported, call }] : [];
    // A server may send anything.
    const response = isObject(answer.response) ? answer.response : {};
    const media = Array.isArray(answer.parts) ? { parts: answer.parts as readonly ToolMedia[] } : {};
    // The tools of this library fail with `{ error }`.
    const status = Object.keys(response).join() === 'error' ? 'failed' : 'complete';
    return [{ call, status: reported?.response ? reported.status : status, response, ...media }];
  });
}

/** The contents of a sendable message: one, or several if the server has called functions within the reply. */
export function contentsOfMessage({ role, parts }: ChatMessage): GeminiContent[] {
  if (role === 'model') return withOpenCallsLast(contentsOf(responseWith(parts)));
  const sendable = parts.filter((part) => !isEmptyText(part));
  return sendable.length === 0 ? [] : [{ role: 'user', parts: sendable.map(toSendablePart) as GeminiContent['parts'] }];
}

/**
 * Moves calls without a response behind the model's last words, if the model has continued after the responses to other
 * calls: a response must directly follow its call.
 */
function withOpenCallsLast(contents: GeminiContent[]): GeminiContent[] {
  const last = contents.at(-1);
  if (contents.length < 3 || last?.role !== 'model') return contents;
  const earlier = contents.slice(0, -1);
  const open = unansweredCalls(earlier.flatMap(({ parts }) => parts));
  if (open.length === 0) return contents;
  const isOpen = new Set(open);
  const answered = earlier.map(({ role, parts }) => ({ role, parts: parts.filter((part) => !isOpen.has(part)) }));
  return [...answered, { role: 'model', parts: [...last.parts, ...open] }];
}

/** The parts with calls that no later part responds to. */
function unansweredCalls<T extends GeminiPart>(parts: readonly T[]): T[] {
  return matchCalls(parts).flatMap(({ part, response }) => (response ? [] : [part]));
}

/** A part with a call, and the response to this call. */
interface MatchedCall<T> {
  readonly part: T;
  response?: GeminiFunctionResponse;
}

/** Matches each call to a later response, by id, or by name if one of the two has no id. */
function matchCalls<T extends GeminiPart>(parts: readonly T[]): MatchedCall<T>[] {
  const calls: MatchedCall<T>[] = [];
  let open: MatchedCall<T>[] = [];
  for (const part of parts) {
    const { functionCall, functionResponse } = part;
    if (functionCall) {
      const call = { part };
      calls.push(call);
      open.push(call);
    }
    if (!functionResponse) continue;
    const { id, name } = functionResponse;
    const answered =
      open.find((call) => id && call.part.functionCall?.id === id) ??
      open.find(({ part: { functionCall: call } }) => call?.name === name && !(id && call?.id));
    if (!answered) continue;
    answered.response = functionResponse;
    open = open.filter((call) => call !== answered);
  }
  return calls;
}

function responseWith(parts: readonly GeminiPart[]): GeminiResponse {
  return { candidates: [{ index: 0, content: { role: 'model', parts } }] };
}
