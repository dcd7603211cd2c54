import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';
import { ArrivalRate } from './arrivalRate.js';

/** The time between two emissions of waiting text, in ms: about one frame of a screen. */
export const tick = 16;

/** A factor on the measured pace: a pace that is slightly too low would let the lag grow up to its limit. */
const headroom = 1.1;

interface Burst {
  /** The offset at which the text of the burst ends. */
  end: number;
  /** The time by which the burst must be emitted. */
  readonly due: number;
}

/** The waiting text: its length, the time by which it must be emitted, and the pace that this requires. */
export class TextArrivals {
  readonly #maxLag: number;
  readonly #rate: ArrivalRate;
  /** The offset at which all text so far ends. */
  #end = 0;
  /** The waiting bursts, oldest first; arrivals within one tick are one burst, so that there are few. */
  #bursts: Burst[] = [];

  constructor(maxLag: number) {
    this.#maxLag = maxLag;
    this.#rate = new ArrivalRate(maxLag);
  }

  /** The offset at which all text so far ends. */
  get end(): number {
    return this.#end;
  }

  /** Whether text waits that becomes due; half a surrogate pair, which cannot be shown, never does. */
  get isWaiting(): boolean {
    return this.#bursts.length > 0;
  }

  /** The end of the waiting text that can be shown; undefined if none waits. */
  get waitingEnd(): number | undefined {
    return this.#bursts.at(-1)?.end;
  }

  /**
   * Adds text.
   *
   * @param emitted - The offset up to which text was emitted.
   */
  push(text: string, emitted: number, now: number): void {
    this.#rate.add(text.length, now);
    this.#end += text.length;
    const end = endsInHighSurrogate(text) ? this.#end - 1 : this.#end;
    const due = now + this.#maxLag;
    const last = this.#bursts.at(-1);
    if (last && due - last.due < tick) last.end = end;
    else if (end > emitted) this.#bursts.push({ end, due });
  }

  /** The end of the text that is due at a time; 0 if no text is due. */
  dueEnd(time: number): number {
    return this.#bursts.findLast((burst) => burst.due <= time)?.end ?? 0;
  }

  /**
   * The pace in UTF-16 units per ms: the higher of the pace of the arrivals, with an addition for a backlog, and the
   * lowest even pace at which each burst is emitted in time.
   */
  pace(emitted: number, now: number): number {
    // The backlog is older text; the latest burst has only just come.
    const backlog = Math.max((this.#bursts.at(-2)?.end ?? 0) - emitted, 0);
    let pace = headroom * this.#rate.perMs + backlog / (2 * this.#maxLag);
    for (const { end, due } of this.#bursts) pace = Math.max(pace, (end - emitted) / Math.max(due - now, tick));
    return pace;
  }

  /** Drops the bursts up to a place. */
  dropTo(place: number): void {
    this.#bursts = this.#bursts.filter(({ end }) => end > place);
  }
}
