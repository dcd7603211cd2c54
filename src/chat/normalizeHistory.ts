import type { GeminiContent, GeminiContentPart } from '../chunk/contentsOf.js';

/**
 * Contents in the order that the API demands: the user's first, then user and model by turns. A model's content with
 * calls is followed by one content that answers each of them, in their order, and by nothing else.
 *
 * Neighbours of one role become one content, but for the responses to calls: they are a content of their own, and the
 * user's words are the next one. (In one content with the responses, the model continues the user's sentence, answers
 * nothing, or the service refuses the request.) A call without a response gets an error as its response, so that the
 * model knows. Responses to no call are left out, and so are the model's words before the user's first.
 */
export function normalizeHistory(contents: readonly GeminiContent[]): GeminiContent[] {
  const sent: GeminiContent[] = [];
  for (const { role, parts } of joined(contents)) {
    if (role === 'user') {
      const responses = responsesTo(callsOf(sent.at(-1)), parts);
      const words = parts.filter((part) => !part.functionResponse);
      for (const own of [responses, words]) if (own.length > 0) sent.push({ role, parts: own });
    } else if (sent.length > 0) append(sent, { role, parts });
  }
  return sent;
}

function joined(contents: readonly GeminiContent[]): GeminiContent[] {
  const merged: GeminiContent[] = [];
  for (const content of contents) append(merged, content);
  return merged;
}

function append(contents: GeminiContent[], { role, parts }: GeminiContent): void {
  const last = contents.at(-1);
  if (parts.length === 0) return;
  if (last?.role === role) for (const part of parts) last.parts.push(part);
  else contents.push({ role, parts: [...parts] });
}

type Call = NonNullable<GeminiContentPart['functionCall']>;

function callsOf(content: GeminiContent | undefined): Call[] {
  if (content?.role !== 'model') return [];
  return content.parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));
}

/** One response for each call, in the order of the calls: by id, and by name where one of the two has no id. */
function responsesTo(calls: readonly Call[], parts: readonly GeminiContentPart[]): GeminiContentPart[] {
  const responses = parts.filter((part) => part.functionResponse);
  const take = (isTheirs: (response: Call) => boolean) => {
    const index = responses.findIndex(({ functionResponse }) => functionResponse && isTheirs(functionResponse));
    return responses.splice(index, index < 0 ? 0 : 1)[0];
  };
  // All ids first: a response without an id is not for a call whose own response comes later.
  const byId = calls.map(({ id }) => (id ? take((response) => response.id === id) : undefined));
  return calls.map((call, index) => {
    const isByName = ({ id, name }: Call) => name === call.name && !(id && call.id);
    return answerTo(call, byId[index] ?? take(isByName));
  });
}

/** The answer under the call's own id and name, which not every tool repeats. */
function answerTo({ id, name }: Call, part: GeminiContentPart = unanswered): GeminiContentPart {
  const { id: _id, name: _name, ...rest } = part.functionResponse ?? {};
  return {
    ...part,
    functionResponse: { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...rest },
  };
}

const unanswered: GeminiContentPart = { functionResponse: { response: { error: 'The call was not answered.' } } };
