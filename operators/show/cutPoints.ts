import type { BoundaryFinder } from './boundaryFinder.js';

/** Makes finders, one for each text. */
export interface MakeFinders {
  readonly graphemes: () => BoundaryFinder;
  /** Absent if the unit is the grapheme. */
  readonly units?: (() => BoundaryFinder) | undefined;
}

/** The places where a text that comes in pieces may be cut: the certain ends of graphemes and of units. */
export class CutPoints {
  readonly #make: MakeFinders;
  #findGraphemes: BoundaryFinder;
  #findUnits: BoundaryFinder | undefined;
  /** The offset at which the finders began. */
  #origin = 0;
  /** The text that the finders have not read: they read only when a cut is needed. */
  #unread = '';
  /** The certain ends that have not been dropped, ascending. */
  #graphemes: number[] = [];
  #units: number[] = [];

  constructor(make: MakeFinders) {
    this.#make = make;
    this.#findGraphemes = make.graphemes();
    this.#findUnits = make.units?.();
  }

  push(text: string): void {
    this.#unread += text;
  }

  /**
   * The end of the last whole unit up to a place; 0 if no cut point is known.
   *
   * @param mayExceed - Whether the first unit counts even if it ends after that place.
   */
  lastUnitEnd(place: number, mayExceed: boolean): number {
    this.#read();
    const certain = this.#graphemes.at(-1) ?? 0;
    const [first = Infinity] = this.#units;
    const limit = Math.min(mayExceed ? Math.max(first, place) : place, certain);
    const next = this.#units.findIndex((end) => end > limit);
    return (next < 0 ? this.#units.at(-1) : this.#units[next - 1]) ?? 0;
  }

  /** The end of the grapheme around a place; undefined if it is not certain yet. */
  graphemeEnd(place: number): number | undefined {
    this.#read();
    return this.#graphemes.find((end) => end >= place);
  }

  /** Drops the cut points up to a place. */
  dropTo(place: number): void {
    this.#graphemes = endsAfter(place, this.#graphemes);
    this.#units = endsAfter(place, this.#units);
  }

  /** Begins again at an offset; the text before it is not searched. */
  restart(offset: number): void {
    this.#origin = offset;
    this.#unread = '';
    this.#findGraphemes = this.#make.graphemes();
    this.#findUnits = this.#make.units?.();
    this.dropTo(offset);
  }

  #read(): void {
    // Stryker disable next-line all: only saves the work for a text without a new piece
    if (this.#unread === '') return;
    const toOffset = (end: number) => this.#origin + end;
    const graphemes = this.#findGraphemes(this.#unread).map(toOffset);
    const units = this.#findUnits?.(this.#unread).map(toOffset) ?? graphemes;
    this.#graphemes = this.#graphemes.concat(graphemes);
    this.#units = this.#units.concat(units);
    this.#unread = '';
  }
}

/** The ends beyond a place: the same list if it has no others, because this runs for each piece that is emitted. */
function endsAfter(place: number, ends: number[]): number[] {
  const next = ends.findIndex((end) => end > place);
  return next < 0 ? [] : next === 0 ? ends : ends.slice(next);
}
