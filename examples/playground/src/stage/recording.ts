import type { Row, RunEvent } from '../runEvent.js';
import { RunningMedian } from './median.js';
import { ReplyText, type Part } from './replyText.js';
import { emptyTally, tallyAfter, type Tally } from './tally.js';

/** An event of the run and the sums of its row after it. */
export interface Moment {
  readonly event: RunEvent;
  readonly time: number;
  /** The place of its row among the rows. */
  readonly row: number;
  /** Its place in the run, from 0. */
  readonly index: number;
  readonly tally: Tally;
  /** The parts of the model's text that came out in this text. */
  readonly sources: readonly Part<Moment>[];
}

/** A row and all that has happened in it. */
export interface Track {
  readonly row: Row;
  readonly moments: Moment[];
  /** The moments with text, in order. */
  readonly texts: Moment[];
}

interface Sums {
  readonly gaps: RunningMedian;
  readonly text: ReplyText<Moment>;
  tally: Tally;
}

/** All events of a run. Nothing in it changes: it only grows. */
export class Recording {
  readonly tracks: readonly Track[];
  readonly moments: Moment[] = [];
  readonly #sums: readonly Sums[];
  readonly #byId: ReadonlyMap<string, number>;

  constructor(rows: readonly Row[]) {
    this.tracks = rows.map((row) => ({ row, moments: [], texts: [] }));
    this.#sums = rows.map(() => ({ gaps: new RunningMedian(), text: new ReplyText(), tally: emptyTally }));
    this.#byId = new Map(rows.map(({ id }, index) => [id, index]));
  }

  /** The time of the last event. */
  get end(): number {
    return this.moments.at(-1)?.time ?? 0;
  }

  /** Events of a row that the run does not have are left out. */
  add(event: RunEvent): Moment | undefined {
    const row = this.#byId.get(event.row) ?? -1;
    const track = this.tracks[row];
    const sums = this.#sums[row];
    if (!track || !sums) return undefined;
    // Times that run backwards would break each search by time.
    const time = Math.max(event.time, this.end);
    const sources =
      event.type === 'text' && track.row.role === 'pipe' ? this.#sources(event.at, event.text.length) : [];
    const moment: Moment = { event, time, row, index: this.moments.length, sources, tally: emptyTally };
    const isModel = track.row.role === 'model';
    const tally = event.type === 'text' ? addText(sums, event, moment) : tallyAfter(sums.tally, event, time, isModel);
    sums.tally = isOutput(event) ? { ...tally, reach: Math.max(tally.reach, this.#modelReach()) } : tally;
    Object.assign(moment, { tally: sums.tally });
    this.moments.push(moment);
    track.moments.push(moment);
    if (event.type === 'text') track.texts.push(moment);
    return moment;
  }

  /** From the model's row that was the last to bring text at these places. */
  #sources(at: number, length: number): readonly Part<Moment>[] {
    const newest = (parts: readonly Part<Moment>[]) => parts.at(-1)?.owner.index ?? -1;
    return this.#models()
      .map(({ text }) => text.within(at, at + length))
      .reduce((best, parts) => (newest(parts) > newest(best) ? parts : best), []);
  }

  #modelReach(): number {
    return Math.max(0, ...this.#models().map(({ text }) => text.end));
  }

  #models(): readonly Sums[] {
    return this.#sums.filter((_, row) => this.tracks[row]?.row.role === 'model');
  }
}

function addText(sums: Sums, { at, text }: RunEvent & { type: 'text' }, moment: Moment): Tally {
  const { tally } = sums;
  const { time } = moment;
  const rewinds = tally.rewinds + (at < sums.text.end ? 1 : 0);
  sums.text.add(at, text.length, moment);
  const gap = tally.lastText === undefined ? undefined : time - tally.lastText;
  return {
    ...tally,
    events: tally.events + 1,
    begun: tally.begun ?? time,
    chunks: tally.chunks + 1,
    characters: sums.text.characters,
    reach: sums.text.end,
    rewinds,
    open: Math.max(1, tally.open),
    status: 'open',
    firstText: tally.firstText ?? time,
    lastText: time,
    longestGap: Math.max(tally.longestGap, gap ?? 0),
    medianGap: gap === undefined ? undefined : sums.gaps.add(gap),
  };
}

/** JSON and sentences are made of all the text so far, so nothing is held back behind them. */
function isOutput(event: RunEvent): boolean {
  return event.type === 'value' && (event.kind === 'json' || event.kind === 'sentence');
}
