/** A match as offsets from the beginning of the text. */
export interface TextMatch {
  readonly start: number;
  readonly end: number;
}

/** Finds the first match in a text that comes in pieces, in linear time. */
export interface TextSearch {
  /** The length of the end of the text that may belong to a match that is not complete. */
  readonly openEnd: number;
  /** Takes the next piece, and returns the first match once it is complete. */
  next(piece: string): TextMatch | undefined;
}

/** Creates a search, one for each text. */
export type TextPattern = () => TextSearch;

/**
 * Prepares the search for a string or a `RegExp`.
 *
 * @param maxMatch - The length up to which a match of a `RegExp` is always found, in UTF-16 units.
 */
export function textPattern(pattern: string | RegExp, maxMatch: number): TextPattern {
  if (typeof pattern !== 'string') return () => new RegExpSearch(pattern, maxMatch);
  const beginnings = beginningsOf(pattern);
  return () => new StringSearch(pattern, beginnings);
}

/**
 * For each beginning of a string, the length of the longest other beginning with which it ends (Knuth, Morris, Pratt).
 */
function beginningsOf(wanted: string): readonly number[] {
  const beginnings = [0];
  for (let at = 1; at < wanted.length; at++) {
    beginnings.push(continued(wanted, beginnings, beginnings[at - 1] ?? 0, wanted.charCodeAt(at)));
  }
  return beginnings;
}

/** The length of the part of `wanted` with which a text ends, of which `length` came before its last unit. */
function continued(wanted: string, beginnings: readonly number[], length: number, unit: number): number {
  let rest = length;
  while (rest > 0 && wanted.charCodeAt(rest) !== unit) rest = beginnings[rest - 1] ?? 0;
  return wanted.charCodeAt(rest) === unit ? rest + 1 : 0;
}

/** Reads each unit of the text once, for a wanted string of any length. */
class StringSearch implements TextSearch {
  readonly #wanted: string;
  readonly #beginnings: readonly number[];
  /** The length of the part of the string with which the text ends. */
  openEnd = 0;
  #end = 0;
  #match: TextMatch | undefined;

  constructor(wanted: string, beginnings: readonly number[]) {
    this.#wanted = wanted;
    this.#beginnings = beginnings;
  }

  next(piece: string): TextMatch | undefined {
    for (let at = 0; at < piece.length && !this.#match; at++) {
      this.openEnd = continued(this.#wanted, this.#beginnings, this.openEnd, piece.charCodeAt(at));
      this.#end += 1;
      const start = this.#end - this.#wanted.length;
      if (this.openEnd === this.#wanted.length) this.#match = { start, end: this.#end };
    }
    return this.#match;
  }
}

class RegExpSearch implements TextSearch {
  readonly #wanted: RegExp;
  readonly #maxMatch: number;
  /** The end of the text, in which a match may begin or look behind. */
  #held = '';
  /** The offset of `#held` in the text. */
  #start = 0;
  /** The offset in `#held` from which a match may begin. */
  #from = 0;

  constructor(pattern: RegExp, maxMatch: number) {
    // A copy, so that the caller's `lastIndex` does not change.
    this.#wanted = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/gu, '')}g`);
    this.#maxMatch = maxMatch;
  }

  get openEnd(): number {
    return this.#held.length - this.#from;
  }

  next(piece: string): TextMatch | undefined {
    this.#held += piece;
    this.#wanted.lastIndex = this.#from;
    const match = this.#wanted.exec(this.#held);
    if (match) {
      const start = this.#start + match.index;
      return { start, end: start + match[0].length };
    }
    this.#from = Math.max(this.#held.length - this.#maxMatch + 1, 0);
    // `maxMatch` units before `#from` stay, so that a pattern that looks behind does not see `#from` as the beginning
    // of the text.
    this.#forget(this.#from - this.#maxMatch);
    return undefined;
  }

  #forget(length: number): void {
    if (length <= 0) return;
    this.#held = this.#held.slice(length);
    this.#start += length;
    this.#from -= length;
  }
}
