import type { InteractionDelta, InteractionEvent } from '../../interaction/interactionEvent.js';
import { isObject } from '../../rx/isObject.js';
import type { EmulatorEvent, EmulatorInteraction } from './interactionScenario.js';

/** Gives the events of a run the shapes that its scenario asks for. */
export function shapeEvents(
  events: AsyncIterable<EmulatorEvent>,
  { textInStart = false, untypedDeltas = false }: EmulatorInteraction,
): AsyncIterable<EmulatorEvent> {
  const started = textInStart ? withTextInStart(events) : events;
  return untypedDeltas ? withoutTypes(started) : started;
}

/** Puts the first text of a step into its start: reads one event ahead. */
async function* withTextInStart(events: AsyncIterable<EmulatorEvent>): AsyncGenerator<EmulatorEvent> {
  let start: Extract<InteractionEvent, { event_type: 'step.start' }> | undefined;
  for await (const event of events) {
    const known = event as InteractionEvent;
    const field = start && known.event_type === 'step.delta' ? startField(known.delta) : undefined;
    if (start) yield field ? { ...start, step: { ...start.step, ...field } } : start;
    start = known.event_type === 'step.start' ? known : undefined;
    if (!field && !start) yield event;
  }
  if (start) yield start;
}

/** The content of a delta as a field of its step; undefined if the delta is not a text. */
function startField({ type, text, content }: InteractionDelta) {
  if (type === 'text') return { content: [{ type, text }] };
  return type === 'thought_summary' && content?.type === 'text' ? { summary: [content] } : undefined;
}

async function* withoutTypes(events: AsyncIterable<EmulatorEvent>): AsyncGenerator<EmulatorEvent> {
  for await (const event of events) {
    const { event_type: type, delta } = event as { readonly event_type?: unknown; readonly delta?: InteractionDelta };
    yield type === 'step.delta' && delta ? { ...event, delta: withoutType(delta) } : event;
  }
}

function withoutType(delta: InteractionDelta): InteractionDelta {
  const { type, content, ...fields } = delta;
  if (type === 'text') return fields;
  if (type !== 'thought_summary' || content?.type !== 'text') return delta;
  const { type: _type, ...summary } = content;
  return { type, content: summary };
}

const oldNames: Readonly<Record<string, string>> = {
  'interaction.created': 'interaction.start',
  'interaction.completed': 'interaction.complete',
  'step.start': 'content.start',
  'step.delta': 'content.delta',
  'step.stop': 'content.stop',
};

/** The types of the contents of early 2026, by the type of the step. */
const oldContentTypes: Readonly<Record<string, string>> = { model_output: 'text' };

/** An event in the form of early 2026, in which contents had the place of steps. */
export function toOldEvent(event: EmulatorEvent): EmulatorEvent {
  const { event_type: type, step, ...fields } = event as Readonly<Record<string, unknown>>;
  const name = oldNames[String(type)];
  if (name === undefined) return event;
  if (!isObject(step)) return { event_type: name, ...fields };
  const stepType = String(step['type']);
  return { event_type: name, ...fields, content: { ...step, type: oldContentTypes[stepType] ?? stepType } };
}
