import { typeError } from '../rx/assertions.js';
import { countsPattern, formatCounts, parseCounts } from './deltaCounts.js';
import { IndexSet, indexSetPattern } from './indexSet.js';
import type { ProgressState } from './interactionProgress.js';
import { StepProgress } from './stepProgress.js';

/**
 * The text form of a progress: the counts of the delivered content, and the event id to resume from, which comes last because it may have
 * any characters. Its length grows with the number of open steps, which is mostly one, and not with the reply.
 *
 * `1~<end>~<stopped steps>~<updates>/<updates at the id>~<index>:<type>:<delivered>/<at the id>,…~<id>`
 */
export function formatCursor({ end, stopped, updates, updatesAtId, steps, eventId = '' }: ProgressState): string {
  let open = '';
  for (const { index, type = '', delivered, atCursorId } of steps) {
    const atId = atCursorId ? `/${formatCounts(atCursorId)}` : '';
    open += `${open === '' ? '' : ','}${String(index)}:${encodedType(type)}:${formatCounts(delivered)}${atId}`;
  }
  return `1~${ends[end]}~${String(stopped)}~${String(updates)}/${String(updatesAtId)}~${open}~${eventId}`;
}

/**
 * Parses the text form of a progress.
 *
 * @throws TypeError - If the text is not a cursor.
 */
export function parseCursor(cursor: unknown): ProgressState {
  const match = typeof cursor === 'string' ? pattern.exec(cursor) : null;
  if (!match) throw typeError('after', 'the `interaction.cursor` of a chunk', cursor);
  const [, end = '', stopped = '', updates, updatesAtId, open = '', eventId = ''] = match;
  return {
    end: end === 'c' ? 'complete' : end === 'u' ? 'without usage' : 'open',
    stopped: IndexSet.parse(stopped),
    updates: Number(updates),
    updatesAtId: Number(updatesAtId),
    steps: open === '' ? [] : open.split(',').map(parseStep),
    eventId: eventId === '' ? undefined : eventId,
  };
}

function parseStep(text: string): StepProgress {
  const [index = '', type = '', counts = ''] = text.split(':');
  const [delivered = '', atId] = counts.split('/');
  const name = decodeURIComponent(type);
  return StepProgress.restore(
    Number(index),
    name === '' ? undefined : name,
    parseCounts(delivered),
    atId === undefined ? undefined : parseCounts(atId),
  );
}

const ends = { open: 'o', complete: 'c', 'without usage': 'u' } as const;

const count = String.raw`\d{1,15}`;
const step = String.raw`${count}:(?:[\w.!*'()-]|%[\dA-F]{2})*:${countsPattern}(?:/${countsPattern})?`;
const pattern = new RegExp(`^1~([ocu])~(${indexSetPattern})~(${count})/(${count})~((?:${step}(?:,${step})*)?)~([^]*)$`);

/** The types of steps are a few words; those that this version does not know are encoded. */
function encodedType(type: string): string {
  return /^\w*$/.test(type) ? type : encodeURIComponent(type);
}
