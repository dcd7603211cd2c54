import { graphemeEnds } from '../../src/chunk/graphemes.js';
import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';
import type { BoundaryFinder } from './boundaryFinder.js';

/**
 * The text after a unit of the maximum length that decides where the unit is cut: one character, which may join the
 * grapheme before it.
 */
const lookahead = 2;

/**
 * Finds the end of each unit in a text that comes in pieces, and cuts a unit that is too long. The ends do not depend on
 * the pieces. Offsets count from the beginning of the text.
 */
export class UnitSplitter {
  readonly #find: BoundaryFinder;
  readonly #maxChars: number;
  /** The text since the last end, and the offset at which it begins. */
  #unit = '';
  #start = 0;

  /**
   * @param find - Finds the certain boundaries between units.
   * @param maxChars - The maximum length of a unit, in UTF-16 units.
   */
  constructor(find: BoundaryFinder, maxChars: number) {
    this.#find = find;
    this.#maxChars = maxChars;
  }

  /** The length of the text since the last end. */
  get length(): number {
    return this.#unit.length;
  }

  /** Adds a piece; returns the ends that are certain with it, ascending. */
  push(piece: string): number[] {
    const ends: number[] = [];
    for (let from = 0; from < piece.length;) {
      // Read exactly to the place that decides about a cut, so that later text has no influence.
      const next = from + this.#maxChars + lookahead - this.#unit.length;
      this.#append(piece.slice(from, next), ends);
      if (this.#unit.length >= this.#maxChars + lookahead) this.#cutAt(this.#longestCut(), ends);
      from = next;
    }
    return ends;
  }

  /** Returns the ends within the text since the last end, as if no text followed; later text begins a new unit. */
  flush(): number[] {
    const ends: number[] = [];
    this.#append('', ends, true);
    while (this.#unit.length > this.#maxChars) this.#cutAt(this.#longestCut(), ends);
    this.#start += this.#unit.length;
    this.#unit = '';
    return ends;
  }

  #append(piece: string, ends: number[], isEnd = false): void {
    this.#unit += piece;
    for (const end of this.#find(piece, isEnd)) {
      while (end - this.#start > this.#maxChars) this.#cutAt(this.#longestCut(), ends);
      if (end > this.#start) this.#cutAt(end - this.#start, ends);
    }
  }

  #cutAt(length: number, ends: number[]): void {
    this.#start += length;
    this.#unit = this.#unit.slice(length);
    ends.push(this.#start);
  }

  /** The length of the first piece of a unit that is too long: after white space in its second half, or a grapheme. */
  #longestCut(): number {
    const text = this.#unit;
    const most = this.#maxChars;
    for (let length = most; length > most / 2; length--) {
      if (isSpace(text, length - 1) && graphemeEnds(text)(length) === length) return length;
    }
    const graphemeEnd = graphemeEnds(text)(most);
    if (graphemeEnd > 0) return graphemeEnd;
    return endsInHighSurrogate(text, most) ? Math.max(most - 1, 2) : most;
  }
}

function isSpace(text: string, index: number): boolean {
  return text.charAt(index).trim() === '';
}
