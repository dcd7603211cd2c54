import { typeError } from '../../rx/assertions.js';
import { countsPattern, formatCounts, hasCaughtUp, parseCounts } from './deltaCounts.js';
import { IndexSet, indexSetPattern } from './indexSet.js';
import type { InteractionProgress, ProgressState } from './interactionProgress.js';
import { StepProgress } from './stepProgress.js';

/** The part of a progress that a cursor holds; read for each chunk, so without copies. */
type CursorSource = Pick<
  InteractionProgress,
  'openSteps' | 'end' | 'countsInput' | 'stopped' | 'updates' | 'updatesAtCursorId' | 'cursorId'
>;

/**
 * Writes the text form of a progress: the counts of the delivered content, and the event id to resume from, which comes
 * last because it may have any characters. The length grows with the number of open steps, which is mostly one, and not
 * with the reply.
 *
 * `1~<end><i if the input is counted>~<stopped steps>~<updates>/<updates at the id>~<index>:<type>:<delivered>/<at the id, if different>,…~<id>`
 */
export class CursorWriter {
  /** The part before the open steps, which few events change, and the values that it was made of. */
  #head = '';
  #end: ProgressState['end'] | undefined;
  #countsInput = false;
  #stopped = '';
  #updates = 0;
  #updatesAtId = 0;

  format(progress: CursorSource): string {
    const { end, countsInput, updates, updatesAtCursorId, cursorId = '' } = progress;
    const stopped = progress.stopped.toString();
    const isSame =
      end === this.#end &&
      countsInput === this.#countsInput &&
      updates === this.#updates &&
      updatesAtCursorId === this.#updatesAtId &&
      stopped === this.#stopped;
    if (!isSame) {
      this.#end = end;
      this.#countsInput = countsInput;
      this.#stopped = stopped;
      this.#updates = updates;
      this.#updatesAtId = updatesAtCursorId;
      this.#head = `1~${ends[end]}${countsInput ? 'i' : ''}~${stopped}~${updates}/${updatesAtCursorId}~`;
    }
    let open = '';
    for (const step of progress.openSteps) {
      if (step.isWhole) continue;
      const text = step.cursorHead + formatCounts(step.delivered) + placeAtId(step);
      open = open === '' ? text : `${open},${text}`;
    }
    return `${this.#head}${open}~${cursorId}`;
  }
}

/** The counts at the event id, which are often those of now. */
function placeAtId({ delivered, atCursorId }: StepProgress): string {
  if (!atCursorId) return '';
  return hasCaughtUp(atCursorId, delivered) ? '/' : `/${formatCounts(atCursorId)}`;
}

/**
 * Parses the text form of a progress.
 *
 * @throws TypeError - If the text is not a cursor.
 */
export function parseCursor(cursor: unknown): ProgressState {
  const match = typeof cursor === 'string' ? pattern.exec(cursor) : null;
  if (!match) throw typeError('after', 'the `interaction.cursor` of a chunk', cursor);
  const [, end = '', input, stopped = '', updates, updatesAtId, open = '', eventId = ''] = match;
  return {
    end: end === 'c' ? 'complete' : end === 'u' ? 'without usage' : 'open',
    countsInput: input === 'i',
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
    atId === undefined ? undefined : parseCounts(atId === '' ? delivered : atId),
  );
}

const ends = { open: 'o', complete: 'c', 'without usage': 'u' } as const;

const pattern = /* @__PURE__ */ cursorPattern();

function cursorPattern(): RegExp {
  const count = String.raw`\d{1,15}`;
  const step = String.raw`${count}:(?:[\w.!*'()-]|%[\dA-F]{2})*:${countsPattern}(?:/(?:${countsPattern})?)?`;
  return new RegExp(`^1~([ocu])(i?)~(${indexSetPattern})~(${count})/(${count})~((?:${step}(?:,${step})*)?)~([^]*)$`);
}
