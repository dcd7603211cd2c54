import type { InteractionDelta, InteractionEvent } from '../interaction/interactionEvent.js';
import type { InteractionContent, InteractionStep } from '../interaction/interactionStep.js';
import { splitText } from './textChunker.js';

/** The length of a piece of the JSON of arguments, in UTF-16 units. */
const argumentsPiece = 24;

/** Writes steps as events, as the service does: a start, deltas and a stop, with the indexes of one interaction. */
export class StepWriter {
  #index = -1;
  #openType: string | undefined;

  /** Writes deltas to the open step, if it has the type; else stops it and starts one of the type. */
  *add(type: 'model_output' | 'thought', deltas: readonly InteractionDelta[]): Generator<InteractionEvent> {
    if (deltas.length === 0) return;
    if (this.#openType !== type) yield* this.#start({ type });
    for (const delta of deltas) yield this.#delta(delta);
  }

  /** Writes a whole step. */
  *write(step: InteractionStep): Generator<InteractionEvent> {
    const { type, content = [], summary = [], error, arguments: args, result, signature, ...fields } = step;
    switch (type) {
      case 'user_input':
        yield* this.#start(step);
        break;
      case 'model_output':
        yield* this.#start({ type, ...(error && { error }) });
        for (const item of content) for (const delta of contentDeltas(item)) yield this.#delta(delta);
        break;
      case 'thought':
        yield* this.#start({ type });
        for (const item of summary) for (const delta of summaryDeltas(item)) yield this.#delta(delta);
        if (signature !== undefined) yield this.#delta({ type: 'thought_signature', signature });
        break;
      case 'function_call':
        yield* this.#start({ type, ...fields, ...(signature !== undefined && { signature }), arguments: {} });
        for (const piece of cutAt(JSON.stringify(args ?? {}), argumentsPiece))
          yield this.#delta({ type: 'arguments_delta', arguments: piece });
        break;
      default:
        // The call or the result of a tool: all but its id in one delta.
        yield* this.#start({ type, ...idsOf(fields) });
        yield this.#delta({
          type,
          ...withoutIds(fields),
          ...(args && { arguments: args }),
          ...(result !== undefined && { result }),
          ...(signature !== undefined && { signature }),
        });
    }
    yield* this.stop();
  }

  /** Stops the open step. */
  *stop(): Generator<InteractionEvent> {
    if (this.#openType === undefined) return;
    this.#openType = undefined;
    yield { event_type: 'step.stop', index: this.#index };
  }

  *#start(step: InteractionStep): Generator<InteractionEvent> {
    yield* this.stop();
    this.#index += 1;
    this.#openType = step.type;
    yield { event_type: 'step.start', index: this.#index, step };
  }

  #delta(delta: InteractionDelta): InteractionEvent {
    return { event_type: 'step.delta', index: this.#index, delta };
  }
}

/** A content as deltas: a text in pieces, its sources in a delta of their own, a file whole. */
export function contentDeltas({
  type = 'text',
  text = '',
  annotations,
  ...file
}: InteractionContent): InteractionDelta[] {
  if (type !== 'text') return [{ type, ...file }];
  const texts = text === '' ? [] : splitText(text).map((piece) => ({ type, text: piece }));
  return annotations ? [...texts, { type: 'text_annotation_delta', annotations }] : texts;
}

/** A summary as deltas: a text in pieces, a picture whole. */
export function summaryDeltas(content: InteractionContent): InteractionDelta[] {
  const { type = 'text', text = '' } = content;
  if (type !== 'text') return [{ type: 'thought_summary', content }];
  const pieces = text === '' ? [] : splitText(text);
  return pieces.map((piece) => ({ type: 'thought_summary', content: { type, text: piece } }));
}

/** Cuts a text into pieces of a length, in UTF-16 units, but not within a character of two units. */
export function cutAt(text: string, length: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + length;
    const isWithin = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(end - 1, end + 1));
    pieces.push(text.slice(at, isWithin ? end + 1 : end));
    at = isWithin ? end + 1 : end;
  }
  return pieces;
}

/** The fields of a tool's step that have a form of their own in a delta. */
type ToolFields = Omit<InteractionStep, 'content' | 'summary' | 'error' | 'arguments' | 'result' | 'signature'>;

const idsOf = ({ id, call_id }: Omit<ToolFields, 'type'>) => ({
  ...(id !== undefined && { id }),
  ...(call_id !== undefined && { call_id }),
});

const withoutIds = ({ id: _id, call_id: _callId, ...fields }: Omit<ToolFields, 'type'>) => fields;
