import type { ReplyInteraction } from '../chunk/annotations.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { InteractionChunks } from '../interaction/interactionChunks.js';
import { isObject } from '../rx/isObject.js';
import type { InteractionEvent, InteractionResource } from '../interaction/interactionEvent.js';
import type { RecordingLine } from './recordingLines.js';

/** The failure with which the events of an interaction end. */
export interface FailureLine {
  readonly t: number;
  readonly failure: GeminiError;
}

/**
 * Turns the recorded events of an interaction into the lines of a recording. Events have no times, so one follows the
 * other after the same `interval`, in ms.
 */
export class EventReplay {
  readonly #interval: number;
  readonly #chunks = new InteractionChunks();
  /** The types of the open steps, by index. */
  readonly #steps = new Map<number, string>();
  #interaction: ReplyInteraction | undefined;
  #count = 0;

  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Returns the failure of events that break off, after at least one event; undefined without an event. */
  get truncation(): GeminiError | undefined {
    if (!this.#interaction) return undefined;
    const partial: GeminiChunk = { text: '', interaction: this.#interaction };
    return new GeminiError('The recorded events break off before the interaction is complete', {
      kind: 'truncated',
      partial,
    });
  }

  /** Returns the line of an event's chunk, if it has one, and the last line after the event that ends the reply. */
  read(event: InteractionEvent): (RecordingLine | FailureLine)[] {
    const t = this.#count++ * this.#interval;
    const lines: (RecordingLine | FailureLine)[] = [];
    try {
      const chunk = this.#chunks.read(event, this.#placeAt(event));
      if (chunk) lines.push({ t, chunk });
      if (isEnd(event)) lines.push({ t, end: 'complete' });
    } catch (cause) {
      lines.push({ t, failure: toGeminiError(cause) });
    }
    return lines;
  }

  /** The annotation of an event's chunk: the same object until a field changes. Nobody can resume a file: no cursor. */
  #placeAt(event: InteractionEvent): ReplyInteraction {
    const last = this.#interaction ?? { id: '', status: 'in_progress' };
    const next = { ...last, ...this.#changeBy(event) };
    const isSame = Object.entries(next).every(([field, value]) => last[field as keyof ReplyInteraction] === value);
    return (this.#interaction = isSame && this.#interaction ? this.#interaction : next);
  }

  #changeBy(event: InteractionEvent): Partial<ReplyInteraction> {
    switch (event.event_type) {
      case 'interaction.created':
      case 'interaction.completed':
        return isObject(event.interaction) ? fieldsOf(event.interaction) : {};
      case 'interaction.status_update':
        return definedFields(event.interaction_id, event.status);
      case 'step.start':
        if (isObject(event.step)) this.#steps.set(event.index, event.step.type);
        return this.#stepAt(event.index);
      case 'step.delta':
      case 'step.stop':
        return this.#stepAt(event.index);
      default:
        return {};
    }
  }

  #stepAt(index: number): Partial<ReplyInteraction> {
    const type = this.#steps.get(index);
    const isNew = type !== undefined && this.#interaction?.step?.index !== index;
    return isNew ? { step: { index, type } } : {};
  }
}

function fieldsOf({ id, status, environment_id: environmentId }: InteractionResource): Partial<ReplyInteraction> {
  return { ...definedFields(id, status), ...(environmentId !== undefined && { environmentId }) };
}

/** A file may lack what the server sends. */
function definedFields(id: string | undefined, status: string | undefined): Partial<ReplyInteraction> {
  return { ...(id !== undefined && { id }), ...(status !== undefined && { status }) };
}

/** Whether an event completes the reply; an interaction that the server continues has more events. */
function isEnd(event: InteractionEvent): boolean {
  if (event.event_type !== 'interaction.completed' || !isObject(event.interaction)) return false;
  return !unfinished.has(event.interaction.status);
}

const unfinished: ReadonlySet<string> = new Set(['queued', 'in_progress', 'requires_continuation']);
