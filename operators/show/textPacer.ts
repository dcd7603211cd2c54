import { ArrivalRate } from './arrivalRate.js';
import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';
import { boundaryFinders, type BoundaryKind } from './boundaries.js';
import type { BoundaryFinder } from './boundaryFinder.js';

/** How often waiting text is let out, in ms: about once a frame of a screen. */
export const tick = 16;

/** A unit that is longer is given up, in UTF-16 units. */
const longestUnit = 2000;

/** Times the measured pace: one that is too slow by a little would let the lag grow up to its limit. */
const headroom = 1.1;

interface Burst {
  /** Where its text ends. */
  end: number;
  /** When it must be out. */
  readonly due: number;
}

/** Prepares pacing by one kind of unit; the result makes a pacer, one for each text. */
export function textPacers(by: BoundaryKind, maxLag: number): () => TextPacer {
  const makeGraphemes = boundaryFinders('grapheme', longestUnit);
  const makeUnits = by === 'grapheme' ? undefined : boundaryFinders(by, longestUnit);
  return () => new TextPacer(maxLag, makeGraphemes, makeUnits);
}

/**
 * Says how much of a text that arrives in bursts may be let out by now, so that it flows evenly: at the pace at which
 * it arrives and a little more for a backlog, or at the slowest even one by which each burst is out `maxLag` ms after
 * it came, whichever is faster.
 *
 * Offsets count from the first text that was pushed. Text is looked at once, and only when some of it is let out.
 */
export class TextPacer {
  readonly #maxLag: number;
  readonly #makeGraphemes: () => BoundaryFinder;
  readonly #makeUnits: (() => BoundaryFinder) | undefined;
  readonly #rate: ArrivalRate;
  #findGraphemes: BoundaryFinder;
  #findUnits: BoundaryFinder | undefined;
  /** Where the finders began. */
  #origin = 0;
  /** Up to where the text is out, and up to where it has come. */
  #start = 0;
  #end = 0;
  /** What the finders have not seen yet. */
  #unread = '';
  /** Ends that are sure, after `#start`. */
  #graphemes: number[] = [];
  #units: number[] = [];
  /** What waits, oldest first; what came within a tick is one, so that there are few. */
  #bursts: Burst[] = [];
  /** How much may be let out, in UTF-16 units, and when that was reckoned. */
  #credit = 0;
  #creditedAt = 0;
  /** Whether nothing was let out since text began to wait. */
  #isFirst = false;

  constructor(maxLag: number, makeGraphemes: () => BoundaryFinder, makeUnits: (() => BoundaryFinder) | undefined) {
    this.#maxLag = maxLag;
    this.#makeGraphemes = makeGraphemes;
    this.#makeUnits = makeUnits;
    this.#rate = new ArrivalRate(maxLag);
    this.#findGraphemes = makeGraphemes();
    this.#findUnits = makeUnits?.();
  }

  /** Whether text waits that is due some time; half a character is not, as it is nothing to show. */
  get waits(): boolean {
    return this.#bursts.length > 0;
  }

  /** Whether something waits that should be out. */
  isOverdue(now: number): boolean {
    return (this.#bursts[0]?.due ?? Infinity) <= now;
  }

  push(text: string, now: number): void {
    if (!this.waits) {
      this.#isFirst = true;
      this.#credit = 0;
      this.#creditedAt = now;
    }
    this.#rate.add(text.length, now);
    this.#unread += text;
    this.#end += text.length;
    const end = endsInHighSurrogate(text) ? this.#end - 1 : this.#end;
    const due = now + this.#maxLag;
    const last = this.#bursts.at(-1);
    if (last && due - last.due < tick) last.end = end;
    else if (end > this.#start) this.#bursts.push({ end, due });
  }

  /** Lets out what may go by now; gives the offset of its end, which is where it was if nothing may. */
  advance(now: number): number {
    this.#read();
    this.#credit += this.#pace(now) * (now - this.#creditedAt);
    this.#creditedAt = now;
    const unit = this.#lastUnit();
    // The next tick would be too late.
    const due = this.#bursts.findLast((burst) => burst.due <= now + tick)?.end ?? 0;
    const place = Math.max(this.#start, unit && this.#graphemeEnd(unit), due && this.#graphemeEnd(due));
    this.#letOut(place);
    return place;
  }

  /** Notes that everything is out. */
  skip(): void {
    this.#origin = this.#end;
    this.#unread = '';
    this.#findGraphemes = this.#makeGraphemes();
    this.#findUnits = this.#makeUnits?.();
    this.#letOut(this.#end);
  }

  #read(): void {
    if (this.#unread === '') return;
    const toOffset = (end: number) => this.#origin + end;
    const graphemes = this.#findGraphemes(this.#unread).map(toOffset);
    const units = this.#findUnits?.(this.#unread).map(toOffset) ?? graphemes;
    this.#graphemes = this.#graphemes.concat(graphemes);
    this.#units = this.#units.concat(units);
    this.#unread = '';
  }

  /** In UTF-16 units a ms. */
  #pace(now: number): number {
    // What a faster moment left behind: the latest burst has come since.
    const backlog = Math.max((this.#bursts.at(-2)?.end ?? 0) - this.#start, 0);
    let pace = headroom * this.#rate.perMs + backlog / (2 * this.#maxLag);
    for (const { end, due } of this.#bursts) pace = Math.max(pace, (end - this.#start) / Math.max(due - now, tick));
    return pace;
  }

  /** The end of the last unit that the credit pays for; the first one is free. 0 if there is none. */
  #lastUnit(): number {
    const sure = this.#graphemes.at(-1) ?? 0;
    const [first = Infinity] = this.#units;
    const paid = this.#start + this.#credit;
    const limit = Math.min(this.#isFirst ? Math.max(first, paid) : paid, sure);
    const next = this.#units.findIndex((end) => end > limit);
    return (next < 0 ? this.#units.at(-1) : this.#units[next - 1]) ?? 0;
  }

  /** The end of the grapheme around a place; if that is not sure yet, all that has come. */
  #graphemeEnd(place: number): number {
    return this.#graphemes.find((end) => end >= place) ?? this.#bursts.at(-1)?.end ?? place;
  }

  #letOut(place: number): void {
    if (place > this.#start) this.#isFirst = false;
    this.#credit = Math.max(0, this.#credit - (place - this.#start));
    this.#start = place;
    this.#graphemes = after(place, this.#graphemes);
    this.#units = after(place, this.#units);
    this.#bursts = this.#bursts.filter(({ end }) => end > place);
    // What waits for the rest of its unit saves nothing up for later ones.
    this.#credit = Math.min(this.#credit, this.#end - place);
  }
}

function after(place: number, ends: number[]): number[] {
  const next = ends.findIndex((end) => end > place);
  return next < 0 ? [] : next === 0 ? ends : ends.slice(next);
}
