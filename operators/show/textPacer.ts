import { boundaryFinders, type BoundaryKind } from './boundaries.js';
import { CutPoints, type MakeFinders } from './cutPoints.js';
import { TextArrivals, tick } from './textArrivals.js';

/** The longest unit, in UTF-16 units; a longer one is not searched for its end. */
const longestUnit = 2000;

/** Prepares pacing by one kind of unit; the result makes a pacer, one for each text. */
export function textPacers(by: BoundaryKind, maxLag: number): () => TextPacer {
  const makeFinders: MakeFinders = {
    graphemes: boundaryFinders('grapheme', longestUnit),
    units: by === 'grapheme' ? undefined : boundaryFinders(by, longestUnit),
  };
  return () => new TextPacer(maxLag, makeFinders);
}

/**
 * Decides how much of a text that arrives in bursts may be emitted by now, so that it flows evenly: at the pace of its
 * arrivals and slightly faster for a backlog, but never slower than is needed to emit each burst within `maxLag` ms.
 *
 * Offsets count from the first text that was pushed. Text is scanned once, and only when some of it is emitted.
 */
export class TextPacer {
  readonly #arrivals: TextArrivals;
  readonly #cutPoints: CutPoints;
  /** The offset up to which text was emitted. */
  #emitted = 0;
  /** The UTF-16 units that may be emitted, and the time up to which they were counted. */
  #credit = 0;
  #creditedAt = 0;
  /** Whether no text was emitted since text began to wait. */
  #isFirst = false;

  constructor(maxLag: number, makeFinders: MakeFinders) {
    this.#arrivals = new TextArrivals(maxLag);
    this.#cutPoints = new CutPoints(makeFinders);
  }

  /** Whether text waits that becomes due; half a surrogate pair, which cannot be shown, never does. */
  get isWaiting(): boolean {
    return this.#arrivals.isWaiting;
  }

  /** Whether text waits that should have been emitted. */
  isOverdue(now: number): boolean {
    return this.#arrivals.dueEnd(now) > 0;
  }

  push(text: string, now: number): void {
    if (!this.isWaiting) {
      this.#isFirst = true;
      this.#credit = 0;
      this.#creditedAt = now;
    }
    this.#arrivals.push(text, this.#emitted, now);
    this.#cutPoints.push(text);
  }

  /** Counts the text that is due by now as emitted; returns the offset of its end, unchanged if no text is due. */
  advance(now: number): number {
    this.#credit += this.#arrivals.pace(this.#emitted, now) * (now - this.#creditedAt);
    this.#creditedAt = now;
    const unitEnd = this.#cutPoints.lastUnitEnd(this.#emitted + this.#credit, this.#isFirst);
    // The next tick would be too late for text that is due before it.
    const dueEnd = this.#arrivals.dueEnd(now + tick);
    this.#emitTo(Math.max(this.#emitted, unitEnd && this.#graphemeEnd(unitEnd), dueEnd && this.#graphemeEnd(dueEnd)));
    return this.#emitted;
  }

  /** Counts all text as emitted. */
  skip(): void {
    this.#cutPoints.restart(this.#arrivals.end);
    this.#emitTo(this.#arrivals.end);
  }

  /** The end of the grapheme around a place, or of all text that can be shown if that end is not certain yet. */
  #graphemeEnd(place: number): number {
    return this.#cutPoints.graphemeEnd(place) ?? this.#arrivals.waitingEnd ?? place;
  }

  #emitTo(place: number): void {
    if (place > this.#emitted) this.#isFirst = false;
    this.#credit = Math.max(0, this.#credit - (place - this.#emitted));
    this.#emitted = place;
    this.#cutPoints.dropTo(place);
    this.#arrivals.dropTo(place);
    // Text that waits for the rest of its unit must not save credit for later text.
    this.#credit = Math.min(this.#credit, this.#arrivals.end - place);
  }
}
