import type { InteractionDelta, InteractionEvent } from '../../interaction/interactionEvent.js';

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
      if (held) yield* recutPieces(held, length);
      held = undefined;
      yield event;
      continue;
    }
    const [kind, text] = piece;
    if (held && (held.index !== event.index || held.kind !== kind)) {
      yield* recutPieces(held, length);
      held = undefined;
    }
    held = { index: event.index, kind, text: (held?.text ?? '') + text, eventId: event.event_id };
    const rest = restOf(held.text, length);
    yield* recutPieces({ ...held, text: held.text.slice(0, held.text.length - rest.length) }, length, rest === '');
    held = rest === '' ? undefined : { ...held, text: rest };
  }
  if (held) yield* recutPieces(held, length);
}

/** The end of a text that is shorter than a piece, so that the next delta may continue it. */
function restOf(text: string, length: number): string {
  const last = cutAt(text, length).at(-1) ?? '';
  return last.length < length ? last : '';
}

/** The pieces of a text; the last has the id if it is the end of the newest delta. */
function* recutPieces(held: HeldText, length: number, isEnd = true): Generator<InteractionEvent> {
  const pieces = cutAt(held.text, length);
  for (const [at, piece] of pieces.entries()) yield recutDelta(held, piece, isEnd && at === pieces.length - 1);
}

function recutDelta({ index, kind, eventId }: HeldText, text: string, isEnd: boolean): InteractionEvent {
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

/** Cuts a text into pieces of a length, in UTF-16 units, but not within a character of two units. */
function cutAt(text: string, length: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + length;
    const isWithin = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(end - 1, end + 1));
    const next = isWithin ? end + 1 : end;
    pieces.push(text.slice(at, next));
    at = next;
  }
  return pieces;
}
