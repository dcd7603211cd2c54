import type { InteractionDelta, InteractionEvent } from '../interaction/interactionEvent.js';
import { cutAt } from './stepWriter.js';

/** The texts of neighbouring deltas of one step that are not sent yet. */
interface HeldText {
  readonly index: number;
  readonly kind: TextKind;
  readonly text: string;
  /** The id of the newest delta, which belongs to the end of the text. */
  readonly eventId: string | undefined;
}

type TextKind = 'text' | 'arguments_delta' | 'thought_summary';

/** Cuts the texts of events into pieces of another length, as a server may that replays a run. */
export async function* recutEvents(
  events: AsyncIterable<InteractionEvent>,
  length: number,
): AsyncGenerator<InteractionEvent> {
  let held: HeldText | undefined;
  for await (const event of events) {
    const piece = event.event_type === 'step.delta' ? textOfDelta(event.delta) : undefined;
    if (event.event_type !== 'step.delta' || !piece) {
      if (held) yield* piecesOf(held, length);
      held = undefined;
      yield event;
      continue;
    }
    const [kind, text] = piece;
    if (held && (held.index !== event.index || held.kind !== kind)) {
      yield* piecesOf(held, length);
      held = undefined;
    }
    held = { index: event.index, kind, text: (held?.text ?? '') + text, eventId: event.event_id };
    const rest = restOf(held.text, length);
    yield* piecesOf({ ...held, text: held.text.slice(0, held.text.length - rest.length) }, length, rest === '');
    held = rest === '' ? undefined : { ...held, text: rest };
  }
  if (held) yield* piecesOf(held, length);
}

/** The end of a text that is shorter than a piece, so that the next delta may continue it. */
function restOf(text: string, length: number): string {
  const last = cutAt(text, length).at(-1) ?? '';
  return last.length < length ? last : '';
}

/** The pieces of a text; the last has the id if it is the end of the newest delta. */
function* piecesOf(held: HeldText, length: number, isEnd = true): Generator<InteractionEvent> {
  const pieces = cutAt(held.text, length);
  for (const [at, piece] of pieces.entries()) yield deltaEvent(held, piece, isEnd && at === pieces.length - 1);
}

function deltaEvent({ index, kind, eventId }: HeldText, text: string, isEnd: boolean): InteractionEvent {
  const id = isEnd && eventId !== undefined ? { event_id: eventId } : {};
  return { event_type: 'step.delta', index, delta: deltaOf(kind, text), ...id };
}

function deltaOf(kind: TextKind, text: string): InteractionDelta {
  if (kind === 'text') return { type: kind, text };
  if (kind === 'arguments_delta') return { type: kind, arguments: text };
  return { type: kind, content: { type: 'text', text } };
}

/** The kind and the text of a delta; undefined for a delta of another kind. */
function textOfDelta({ type, text, arguments: args, content }: InteractionDelta): [TextKind, string] | undefined {
  if ((type ?? 'text') === 'text' && typeof text === 'string') return ['text', text];
  if (type === 'arguments_delta' && typeof args === 'string') return [type, args];
  return type === 'thought_summary' && typeof content?.text === 'string' ? [type, content.text] : undefined;
}
