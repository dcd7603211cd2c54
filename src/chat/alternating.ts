import type { Content, ContentPart } from '../chunk/contentsOf.js';

/**
 * Contents in the order that the API demands: the user's first, user and model by turns, and after a content with calls
 * one that answers each of them, in their order, before anything else.
 *
 * Neighbours of one role become one content. A call that nobody answered is answered with an error, so that the model
 * knows; an answer to no call is left out, and so is what the model says before the user.
 */
export function alternating(contents: readonly Content[]): Content[] {
  const sent: Content[] = [];
  for (const { role, parts } of joined(contents)) {
    if (role === 'user') append(sent, { role, parts: answered(callsOf(sent.at(-1)), parts) });
    else if (sent.length > 0) append(sent, { role, parts });
  }
  return sent;
}

function joined(contents: readonly Content[]): Content[] {
  const merged: Content[] = [];
  for (const content of contents) append(merged, content);
  return merged;
}

function append(contents: Content[], { role, parts }: Content): void {
  const last = contents.at(-1);
  if (parts.length === 0) return;
  if (last?.role === role) last.parts.push(...parts);
  else contents.push({ role, parts: [...parts] });
}

type Call = NonNullable<ContentPart['functionCall']>;

function callsOf(content: Content | undefined): Call[] {
  if (content?.role !== 'model') return [];
  return content.parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));
}

function answered(calls: readonly Call[], parts: readonly ContentPart[]): ContentPart[] {
  const answers = parts.filter((part) => part.functionResponse);
  const take = (call: Call): ContentPart => {
    const index = answers.findIndex((part) => isAnswerTo(call, part));
    return answerTo(call, answers.splice(index, index < 0 ? 0 : 1)[0]);
  };
  return [...calls.map(take), ...parts.filter((part) => !part.functionResponse)];
}

/** By id where both have one; not every model gives one. */
function isAnswerTo(call: Call, { functionResponse }: ContentPart): boolean {
  return call.id && functionResponse?.id ? call.id === functionResponse.id : call.name === functionResponse?.name;
}

/** The answer under the call's own id and name, which not every tool repeats. */
function answerTo({ id, name }: Call, part: ContentPart = unanswered): ContentPart {
  const { id: _id, name: _name, ...rest } = part.functionResponse ?? {};
  return {
    ...part,
    functionResponse: { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...rest },
  };
}

const unanswered: ContentPart = { functionResponse: { response: { error: 'The call was not answered.' } } };
