import type { InteractionEvent } from '../../src/interaction/interactionEvent.js';
import type { InteractionContent, InteractionStep } from '../../src/interaction/interactionStep.js';

/** A source of random numbers that a seed determines. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  isBelow(chance: number): boolean {
    return this.next() < chance;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** An interaction as a server keeps it: its events, with ids on some of them. */
export interface InteractionScript {
  readonly events: readonly InteractionEvent[];
  /** The end: `completed`, a status of a failure, or an `error` event. */
  readonly end: string;
  /** Whether some steps run at the same time, of which a poll does not show the order. */
  readonly isInterleaved: boolean;
}

const words = ['alpha ', 'β ', '👩‍💻', '\n', 'gamma ', 'delta ', '"quoted" ', ''];

/** A random interaction, whose events have an id with the chance `density`. */
export function randomScript(dice: Dice, id: string, density: number): InteractionScript {
  const events: InteractionEvent[] = [];
  const add = (event: InteractionEvent) => {
    events.push(dice.isBelow(density) ? { ...event, event_id: `e${events.length}/${dice.below(9)}` } : event);
  };
  const resource = (status: string) => ({ id, status, agent: 'a' });
  add({ event_type: 'interaction.created', interaction: resource('in_progress') });
  if (dice.isBelow(0.5)) add({ event_type: 'interaction.status_update', interaction_id: id, status: 'in_progress' });
  const queues = randomSteps(dice).map((step, index) => stepEvents(dice, step, index));
  const isInterleaved = dice.isBelow(0.3);
  while (queues.length > 0) {
    const queue = queues[isInterleaved && dice.isBelow(0.15) ? dice.below(Math.min(2, queues.length)) : 0];
    const event = queue?.shift();
    if (event) add(event);
    if (queue?.length === 0) queues.splice(queues.indexOf(queue), 1);
  }
  const end = dice.pick(['completed', 'completed', 'completed', 'incomplete', 'failed', 'error']);
  if (end === 'error') add({ event_type: 'error', error: { code: 'api_error', message: 'It broke' } });
  else {
    const interaction = { ...resource(end), ...(dice.isBelow(0.7) && { usage: { total_tokens: 7 } }) };
    add({ event_type: 'interaction.completed', interaction });
  }
  return { events, end, isInterleaved };
}

/** The whole steps of a random interaction; `index` is their place. */
function randomSteps(dice: Dice): InteractionStep[] {
  return Array.from({ length: 1 + dice.below(5) }, (_, index): InteractionStep => {
    const text = (): InteractionContent => ({ type: 'text', text: sentence(dice) });
    switch (dice.pick(['thought', 'output', 'output', 'call', 'search'])) {
      case 'thought':
        return { type: 'thought', summary: [text()], ...(dice.isBelow(0.5) && { signature: `sig${index}` }) };
      case 'call': {
        const args = { x: sentence(dice), n: index };
        return { type: 'function_call', id: `c${index}`, name: 'f', arguments: args };
      }
      case 'search':
        return { type: 'google_search_call', id: `s${index}`, arguments: { queries: [sentence(dice)] } };
      default: {
        const annotations = [{ type: 'url_citation', url: `https://x/${index}`, start_index: 0, end_index: 3 }];
        const image = { type: 'image', mime_type: 'image/png', data: `AA${index}=` };
        return {
          type: 'model_output',
          content: [
            dice.isBelow(0.3) ? { type: 'text', text: `Found: ${sentence(dice)}`, annotations } : text(),
            ...(dice.isBelow(0.3) ? [image] : []),
            ...(dice.isBelow(0.3) ? [text()] : []),
          ],
        };
      }
    }
  });
}

function sentence(dice: Dice): string {
  return Array.from({ length: dice.below(9) }, () => dice.pick(words)).join('');
}

/** The events of one step: its start, which may have content, and the deltas of the rest. */
function stepEvents(dice: Dice, step: InteractionStep, index: number): InteractionEvent[] {
  const { content = [], summary = [], signature, arguments: args, ...rest } = step;
  const delta = (fields: object): InteractionEvent => ({ event_type: 'step.delta', index, delta: fields });
  const events: InteractionEvent[] = [];
  if (step.type === 'function_call') {
    events.push({ event_type: 'step.start', index, step: { ...rest, arguments: {} } });
    for (const piece of pieces(dice, JSON.stringify(args))) {
      events.push(delta({ type: 'arguments_delta', arguments: piece }));
    }
  } else if (args) {
    events.push({ event_type: 'step.start', index, step: rest }, delta({ type: step.type, arguments: args }));
  } else {
    const items = [...content, ...summary];
    const name = step.type === 'thought' ? 'summary' : 'content';
    const atStart = dice.isBelow(0.3) ? items.splice(0, 1) : [];
    events.push({ event_type: 'step.start', index, step: { ...rest, ...(atStart.length > 0 && { [name]: atStart }) } });
    for (const item of items) {
      if (item.type !== 'text') events.push(delta(item));
      for (const piece of item.type === 'text' ? pieces(dice, item.text ?? '') : []) {
        const part = { type: 'text', text: piece };
        events.push(delta(step.type === 'thought' ? { type: 'thought_summary', content: part } : part));
      }
      if (item.annotations) events.push(delta({ type: 'text_annotation_delta', annotations: item.annotations }));
    }
    if (signature) events.push(delta({ type: 'thought_signature', signature }));
  }
  events.push({ event_type: 'step.stop', index });
  return events;
}

/** A text in pieces. */
function pieces(dice: Dice, text: string): string[] {
  const cut: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = 1 + dice.below(8);
    cut.push(text.slice(at, at + length));
    at += length;
  }
  return cut;
}

/** The same events with other cuts between the texts; an id stays on the last piece. */
export function recut(dice: Dice, events: readonly InteractionEvent[]): InteractionEvent[] {
  return events.flatMap((event): InteractionEvent[] => {
    if (event.event_type !== 'step.delta' || !dice.isBelow(0.4)) return [event];
    const { text = '' } = event.delta;
    if (text.length < 2) return [event];
    const at = 1 + dice.below(text.length - 1);
    const { event_id: _, ...first } = event;
    return [
      { ...first, delta: { ...event.delta, text: text.slice(0, at) } },
      { ...event, delta: { ...event.delta, text: text.slice(at) } },
    ];
  });
}

/** The state of an interaction after some of its events, as `interactions.get` returns it. */
export function resourceAfter(events: readonly InteractionEvent[]): object {
  const steps: Record<string, unknown>[] = [];
  let resource: object = {};
  for (const event of events) {
    switch (event.event_type) {
      case 'interaction.created':
      case 'interaction.completed':
        resource = event.interaction;
        break;
      case 'step.start':
        steps[event.index] = structuredClone(event.step) as unknown as Record<string, unknown>;
        break;
      case 'step.delta':
        addDelta(steps[event.index] ?? {}, { ...event.delta });
        break;
      case 'error':
        resource = { ...resource, status: 'failed', error: event.error };
        break;
      default:
    }
  }
  for (const step of steps) delete step['json'];
  return { ...resource, steps: steps.filter(Boolean) };
}

function addDelta(step: Record<string, unknown>, delta: Record<string, unknown>): void {
  const list = (name: string) => (step[name] ??= []) as Record<string, unknown>[];
  const addText = (name: string, text: string) => {
    const last = list(name).at(-1);
    if (last?.['type'] === 'text') last['text'] = `${String(last['text'])}${text}`;
    else list(name).push({ type: 'text', text });
  };
  switch (delta['type']) {
    case 'text':
      addText('content', delta['text'] as string);
      break;
    case 'thought_summary':
      addText('summary', (delta['content'] as { text: string }).text);
      break;
    case 'thought_signature':
      step['signature'] = delta['signature'];
      break;
    case 'text_annotation_delta': {
      const last = list('content').at(-1);
      if (last) last['annotations'] = delta['annotations'];
      break;
    }
    case 'arguments_delta': {
      step['json'] = `${(step['json'] as string | undefined) ?? ''}${String(delta['arguments'])}`;
      try {
        step['arguments'] = JSON.parse(step['json'] as string) as unknown;
      } catch {
        // The arguments are not whole yet.
      }
      break;
    }
    case 'image':
      list('content').push(delta);
      break;
    default:
      step['arguments'] = delta['arguments'];
  }
}
