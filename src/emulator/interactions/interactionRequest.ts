import type { InteractionContent, InteractionStep } from '../../interaction/interactionStep.js';
import { isObject, type Fields } from '../../rx/isObject.js';
import { type CodedErrorBody, codedError } from './codedError.js';
import type { EmulatorInteractionRequest } from '../exchange.js';
import { randomId } from '../randomId.js';
import type { InteractionStore } from './interactionStore.js';

/** The fields of a request for an interaction, or the service's error for a wrong one. */
export function readInteractionRequest(
  body: Readonly<Fields>,
  store: InteractionStore,
  models: readonly string[] | undefined,
): EmulatorInteractionRequest | CodedErrorBody {
  const { model, agent, input, tools, background = false, stream = false } = body;
  const previousId = textOrNothing(body['previous_interaction_id']);
  const continuationToken = textOrNothing(body['continuation_token']);
  const keeps = body['store'] !== false;
  if ((model === undefined) === (agent === undefined)) {
    return codedError('invalid_request', 'Exactly one of `model` and `agent` must be set.');
  }
  if (typeof (model ?? agent) !== 'string') return codedError('invalid_request', 'A name must be a string.');
  if (typeof model === 'string' && models && !models.includes(model.replace(/^models\//, ''))) {
    return codedError('model_not_found', `The model ${model} was not found.`);
  }
  if (input === undefined && continuationToken === undefined) {
    return codedError('invalid_request', '`input` is required.');
  }
  if (background === true && !keeps) {
    return codedError('invalid_request', 'A background interaction must be stored: `store` must not be false.');
  }
  if (previousId !== undefined && !store.get(previousId)) {
    return codedError('not_found', `The interaction ${previousId} was not found.`);
  }
  return {
    id: keeps ? `v1_${btoa(randomId()).replaceAll('=', '')}` : '',
    input: inputSteps(input),
    history: store.history(previousId),
    tools: Array.isArray(tools) ? tools.filter(isObject) : [],
    previousId,
    continuationToken,
    agent: textOrNothing(agent),
    stream: stream === true,
    background: background === true,
    store: keeps,
  };
}

/** The text of the last `user_input`; `''` without one. */
export function inputText(input: readonly InteractionStep[]): string {
  const { content = [] } = input.findLast(({ type }) => type === 'user_input') ?? {};
  return content.map(({ text = '' }) => text).join('');
}

/** The steps of an input: a text, a content, or a list of contents or of steps. */
function inputSteps(input: unknown): readonly InteractionStep[] {
  if (typeof input === 'string') return [{ type: 'user_input', content: [{ type: 'text', text: input }] }];
  const items = (Array.isArray(input) ? (input as unknown[]) : [input]).filter(isObject);
  const steps: InteractionStep[] = [];
  let contents: InteractionContent[] = [];
  for (const item of items) {
    if (!contentTypes.has(item['type'])) {
      contents = [];
      steps.push(toStep(item));
      continue;
    }
    if (contents.length === 0) steps.push({ type: 'user_input', content: contents });
    contents.push(item);
  }
  return steps;
}

/** A step; the content of a text step may be a text or one content. */
function toStep(item: Readonly<Fields>): InteractionStep {
  const { content } = item;
  const step = item as unknown as InteractionStep;
  if (typeof content === 'string') return { ...step, content: [{ type: 'text', text: content }] };
  return isObject(content) && !Array.isArray(content) ? { ...step, content: [content] } : step;
}

const contentTypes = new Set<unknown>([undefined, 'text', 'image', 'audio', 'video', 'document']);

const textOrNothing = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
