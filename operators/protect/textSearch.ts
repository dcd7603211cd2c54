/** A match as offsets from the beginning of the text. */
export interface TextMatch {
  readonly start: number;
  readonly end: number;
}

/** Looks for the first match in a text that comes in pieces, in time linear in the text. */
export interface TextSearch {
  /** The length of the text's end that may be in a match which is not there yet. */
  readonly openEnd: number;
  /** Takes the next piece, and returns the first match once it is there. */
  next(piece: string): TextMatch | undefined;
}

/** Makes a search, one for each text. */
export type TextPattern = () => TextSearch;

/**
 * Prepares the search for a string or a `RegExp`.
 *
 * @param maxMatch - The longest match of a `RegExp` that is sure to be found, in UTF-16 units.
 */
export function textPattern(pattern: string | RegExp, maxMatch: number): TextPattern {
  if (typeof pattern !== 'string') return () => new RegExpSearch(pattern, maxMatch);
  const beginnings = beginningsOf(pattern);
  return () => new StringSearch(pattern, beginnings);
}

/** For each beginning of a string, the length of the longest other one that it ends with (Knuth, Morris, Pratt). */
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

/** Looks at each unit of the text once, however long the string is that it looks for. */
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
  /** The end of the text, from where a match may begin, or look behind. */
  #held = '';
  /** Where `#held` begins in the text. */
  #start = 0;
  /** Where in `#held` a match may begin. */
  #from = 0;

  constructor(pattern: RegExp, maxMatch: number) {
    // The caller's flags and `lastIndex` stay out of it.
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
    // As much as a match before `#from` stays, for a pattern that looks behind: the middle is not to look like the beginning.
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
