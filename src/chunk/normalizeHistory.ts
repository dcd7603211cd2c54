import type { GeminiContent, GeminiContentPart } from './contentsOf.js';

/**
 * Puts contents in the order that the API demands: the user's first, then model and user alternately. A content of the
 * model with calls is followed by one content that has only the responses to these calls, in their order.
 *
 * Neighbours of one role become one content, except for the responses to calls, which are a separate content before the
 * user's message. (If a content has responses and a message of the user, the model continues the user's sentence or
 * does not answer, or the service refuses the request.) A call without a response gets an error as its response, so
 * that the model knows. Drops responses without a call, and the model's contents before the user's first content.
 */
export function normalizeHistory(contents: readonly GeminiContent[]): GeminiContent[] {
  const sent: GeminiContent[] = [];
  for (const { role, parts } of joinNeighbours(contents)) {
    if (role === 'user') {
      const responses = responsesTo(callsOf(sent.at(-1)), parts);
      const words = parts.filter((part) => !part.functionResponse);
      for (const own of [responses, words]) if (own.length > 0) sent.push({ role, parts: own });
    } else if (sent.length > 0) append(sent, { role, parts });
  }
  return sent;
}

function joinNeighbours(contents: readonly GeminiContent[]): GeminiContent[] {
  const joined: GeminiContent[] = [];
  for (const content of contents) append(joined, content);
  return joined;
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

/** One response for each call, in the order of the calls: matched by id, or by name if one of the two has no id. */
function responsesTo(calls: readonly Call[], parts: readonly GeminiContentPart[]): GeminiContentPart[] {
  const responses = parts.filter((part) => part.functionResponse);
  const idOf = (index: number) => responses[index]?.functionResponse?.id;
  const nameOf = (index: number) => responses[index]?.functionResponse?.name;
  const all = responses.map((_, index) => index);
  const ofId = queuesBy(idOf, all);
  const ofName = queuesBy(nameOf, all);
  const ofNameWithoutId = queuesBy(
    nameOf,
    all.filter((index) => !idOf(index)),
  );
  const taken = new Set<number>();
  const take = (queue: number[] = []) => {
    let index = queue.pop();
    while (index !== undefined && taken.has(index)) index = queue.pop();
    if (index === undefined) return undefined;
    taken.add(index);
    return responses[index];
  };
  // All ids first: a response without an id is not for a call whose own response comes later.
  const byId = calls.map(({ id }) => (id ? take(ofId.get(id)) : undefined));
  return calls.map((call, position) => {
    const byName = call.id ? ofNameWithoutId : ofName;
    return withCallIdentity(call, byId[position] ?? take(byName.get(call.name)));
  });
}

/** The indexes under each key, the last first, so that `pop` takes them in order. */
function queuesBy(keyOf: (index: number) => string | undefined, indexes: readonly number[]) {
  const queues = new Map<string | undefined, number[]>();
  for (const index of [...indexes].reverse()) {
    const key = keyOf(index);
    const queue = queues.get(key);
    if (queue) queue.push(index);
    else queues.set(key, [index]);
  }
  return queues;
}

/** Puts the call's own id and name on the response, because not every tool repeats them. */
function withCallIdentity({ id, name }: Call, part: GeminiContentPart = unanswered): GeminiContentPart {
  const { id: _id, name: _name, ...rest } = part.functionResponse ?? {};
  return {
    ...part,
    functionResponse: { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...rest },
  };
}

/** The response to a call that nobody has answered. */
export const unansweredResponse = { error: 'The call was not answered.' };

const unanswered: GeminiContentPart = { functionResponse: { response: unansweredResponse } };
