import type { InteractionDelta, InteractionEvent } from './interactionEvent.js';
import type { InteractionContent, InteractionStep } from './interactionStep.js';
import { isObject, type Fields } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';

/** Folds the events of a run into its steps, as a `get` returns them. */
export function foldSteps(events: readonly InteractionEvent[]): InteractionStep[] {
  const steps = new Map<number, Fields>();
  const json = new Map<number, string>();
  for (const event of events) {
    if (event.event_type === 'step.start') steps.set(event.index, { ...event.step });
    if (event.event_type !== 'step.delta') continue;
    const step = steps.get(event.index);
    const { delta } = event;
    if (!step) continue;
    if (delta.type === 'arguments_delta' && typeof delta.arguments === 'string')
      json.set(event.index, (json.get(event.index) ?? '') + delta.arguments);
    else addDelta(step, delta);
  }
  for (const [index, text] of json) {
    const step = steps.get(index);
    // The arguments of a call that is still written are not JSON yet.
    if (step) step['arguments'] = tryParseJson(text) ?? {};
  }
  return [...steps].sort(([a], [b]) => a - b).map(([, step]) => step as unknown as InteractionStep);
}

function addDelta(step: Fields, { type, ...fields }: InteractionDelta): void {
  switch (type) {
    case undefined:
    case 'text':
      appendContent(step, 'content', { type: 'text', text: fields.text });
      break;
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
      appendContent(step, 'content', { type, ...fields });
      break;
    case 'thought_summary':
      if (fields.content) appendContent(step, 'summary', { ...fields.content, type: fields.content.type ?? 'text' });
      break;
    case 'thought_signature':
      step['signature'] = fields.signature;
      break;
    case 'text_annotation_delta':
      addSources(step, fields.annotations ?? []);
      break;
    default:
      // The call or the result of a tool comes whole in one delta.
      Object.assign(step, fields);
  }
}

/** Adds a content to a list of the step; a text continues the text before it. */
function appendContent(step: Fields, name: 'content' | 'summary', content: InteractionContent): void {
  const list = [...contentsOfStep(step, name)];
  const last = list.at(-1);
  if (last?.type === 'text' && content.type === 'text') {
    list[list.length - 1] = { ...last, text: `${last.text ?? ''}${content.text ?? ''}` };
  } else list.push(content);
  step[name] = list;
}

/** Adds the sources to the last text. */
function addSources(step: Fields, annotations: NonNullable<InteractionContent['annotations']>): void {
  const list = [...contentsOfStep(step, 'content')];
  const at = list.findLastIndex(({ type }) => type === 'text');
  const text = list[at];
  if (!text) return;
  list[at] = { ...text, annotations: [...(text.annotations ?? []), ...annotations] };
  step['content'] = list;
}

function contentsOfStep(step: Fields, name: 'content' | 'summary'): readonly InteractionContent[] {
  const list = step[name];
  return Array.isArray(list) ? list.filter(isObject) : [];
}
