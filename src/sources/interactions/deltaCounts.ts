import type { InteractionDelta } from '../../interaction/interactionEvent.js';
import { itemsOf } from '../../interaction/itemsOf.js';

/** The counts of the content of a step. */
export interface DeltaCounts {
  /** The length of the texts, or of the JSON of the arguments, in UTF-16 units. */
  text: number;
  /** The number of images, files and other media. */
  media: number;
  /** The number of annotations. */
  sources: number;
  /** The number of signatures. */
  signatures: number;
  /** The number of other deltas: calls and results that arrive whole, and types that are not known. */
  others: number;
}

/** The names of the counts, in the order of their text form. */
const names = ['text', 'media', 'sources', 'signatures', 'others'] as const;

/** Makes counts of nothing. */
export function noCounts(): DeltaCounts {
  return { text: 0, media: 0, sources: 0, signatures: 0, others: 0 };
}

/** Overwrites counts. */
export function setCounts(target: DeltaCounts, { text, media, sources, signatures, others }: DeltaCounts): void {
  target.text = text;
  target.media = media;
  target.sources = sources;
  target.signatures = signatures;
  target.others = others;
}

/** Whether a stream that is at `position` has passed all that `delivered` counts. */
export function hasCaughtUp(position: DeltaCounts, delivered: DeltaCounts): boolean {
  return (
    position.text >= delivered.text &&
    position.media >= delivered.media &&
    position.sources >= delivered.sources &&
    position.signatures >= delivered.signatures &&
    position.others >= delivered.others
  );
}

/** The text form of counts: most are counts of text alone. */
export function formatCounts({ text, media, sources, signatures, others }: DeltaCounts): string {
  if (media === 0 && sources === 0 && signatures === 0 && others === 0) return String(text);
  return `${text}.${media}.${sources}.${signatures}.${others}`;
}

/** The pattern of the text form, for {@link parseCounts}. */
export const countsPattern = '\\d{1,15}(?:\\.\\d{1,15}){0,4}';

/** Parses a text form that matches the pattern. */
export function parseCounts(text: string): DeltaCounts {
  const counts = noCounts();
  for (const [index, digits] of text.split('.').entries()) counts[names[index] ?? 'others'] = Number(digits);
  return counts;
}

/**
 * Moves `position` over a delta; returns the new part of the delta, which is beyond `delivered`, and counts that part
 * as delivered.
 *
 * @returns The delta itself if all of it is new, a shorter one, or undefined.
 */
export function freshDelta(
  delta: InteractionDelta,
  position: DeltaCounts,
  delivered: DeltaCounts,
): InteractionDelta | undefined {
  switch (delta.type) {
    case 'text':
      return freshText(delta, 'text', position, delivered);
    case 'arguments_delta':
      return freshText(delta, 'arguments', position, delivered);
    case 'thought_summary':
      return freshSummary(delta, position, delivered);
    case 'text_annotation_delta':
      return freshAnnotations(delta, position, delivered);
    case 'thought_signature':
      // A poll has no empty ones.
      return freshItem(delta, delta.signature ? 'signatures' : 'others', position, delivered);
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
      return freshItem(delta, 'media', position, delivered);
    case undefined:
      return freshText(delta, 'text', position, delivered);
    default:
      return freshItem(delta, 'others', position, delivered);
  }
}

function freshText(
  delta: InteractionDelta,
  field: 'text' | 'arguments',
  position: DeltaCounts,
  delivered: DeltaCounts,
): InteractionDelta | undefined {
  const text = delta[field];
  if (typeof text !== 'string') return freshItem(delta, 'others', position, delivered);
  const start = freshStart(text, position, delivered);
  if (start === 0) return delta;
  return start === undefined ? undefined : { ...delta, [field]: text.slice(start) };
}

function freshSummary(
  delta: InteractionDelta,
  position: DeltaCounts,
  delivered: DeltaCounts,
): InteractionDelta | undefined {
  const text = delta.content?.text;
  if (typeof text !== 'string') return freshItem(delta, 'media', position, delivered);
  const start = freshStart(text, position, delivered);
  if (start === 0) return delta;
  return start === undefined ? undefined : { ...delta, content: { ...delta.content, text: text.slice(start) } };
}

/** The index in a text at which the new part begins; undefined if nothing is new. */
function freshStart(text: string, position: DeltaCounts, delivered: DeltaCounts): number | undefined {
  position.text += text.length;
  const fresh = position.text - delivered.text;
  if (fresh < 0 || (fresh === 0 && text !== '')) return undefined;
  delivered.text = position.text;
  return Math.max(0, text.length - fresh);
}

function freshAnnotations(
  delta: InteractionDelta,
  position: DeltaCounts,
  delivered: DeltaCounts,
): InteractionDelta | undefined {
  const annotations = itemsOf(delta.annotations);
  position.sources += annotations.length;
  const fresh = position.sources - delivered.sources;
  if (fresh < 0 || (fresh === 0 && annotations.length > 0)) return undefined;
  delivered.sources = position.sources;
  return fresh >= annotations.length ? delta : { ...delta, annotations: annotations.slice(-fresh) };
}

function freshItem(
  delta: InteractionDelta,
  count: 'media' | 'signatures' | 'others',
  position: DeltaCounts,
  delivered: DeltaCounts,
): InteractionDelta | undefined {
  position[count] += 1;
  if (position[count] <= delivered[count]) return undefined;
  delivered[count] = position[count];
  return delta;
}
