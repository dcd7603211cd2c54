/** Where a match is: offsets from the beginning of the text. */
export interface TextMatch {
  readonly start: number;
  readonly end: number;
}

/** What {@link TextSearch} looks for. */
export interface TextPattern {
  readonly find: (text: string, from: number) => TextMatch | undefined;
  /** How much of the end of a text may be the beginning of a match. */
  readonly openEnd: (text: string) => number;
  /** How much before a match it looks at. */
  readonly lookBehind: number;
}

/**
 * Prepares the search for a string or a `RegExp`.
 *
 * @param maxMatch - The longest match of a `RegExp` that is sure to be found, in UTF-16 units.
 */
export function textPattern(pattern: string | RegExp, maxMatch: number): TextPattern {
  return typeof pattern === 'string' ? stringPattern(pattern) : regExpPattern(pattern, maxMatch);
}

function stringPattern(wanted: string): TextPattern {
  /** For each beginning of `wanted`, the length of the longest other one that it ends with (Knuth, Morris, Pratt). */
  const shorter = [0];
  /** The length of `wanted` that a text ends with, of which `length` came before its last unit. */
  const continued = (length: number, unit: number): number => {
    let rest = length;
    while (rest > 0 && wanted.charCodeAt(rest) !== unit) rest = shorter[rest - 1] ?? 0;
    return wanted.charCodeAt(rest) === unit ? rest + 1 : 0;
  };
  for (let at = 1; at < wanted.length; at++) shorter.push(continued(shorter[at - 1] ?? 0, wanted.charCodeAt(at)));
  return {
    lookBehind: 0,
    find(text, from) {
      const start = text.indexOf(wanted, from);
      return start < 0 ? undefined : { start, end: start + wanted.length };
    },
    openEnd(text) {
      let length = 0;
      for (let at = Math.max(text.length - wanted.length + 1, 0); at < text.length; at++) {
        length = continued(length, text.charCodeAt(at));
      }
      return length;
    },
  };
}

function regExpPattern(pattern: RegExp, maxMatch: number): TextPattern {
  // The caller's flags and `lastIndex` stay out of it.
  const wanted = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/gu, '')}g`);
  return {
    // At least one character: without it the middle of a text would look like its beginning.
    lookBehind: maxMatch,
    find(text, from) {
      wanted.lastIndex = from;
      const match = wanted.exec(text);
      return match ? { start: match.index, end: match.index + match[0].length } : undefined;
    },
    openEnd: (text) => Math.min(maxMatch - 1, text.length),
  };
}

/** Looks for the first match in a text that comes in pieces, in time linear in the text. */
export class TextSearch {
  readonly #pattern: TextPattern;
  /** The end of the text, from where a match may begin, or look behind. */
  #held = '';
  /** Where `#held` begins in the text. */
  #start = 0;
  /** Where in `#held` a match may begin. */
  #from = 0;

  constructor(pattern: TextPattern) {
    this.#pattern = pattern;
  }

  /** How much of the end of the text may be in a match that is not there yet. */
  get openEnd(): number {
    return this.#held.length - this.#from;
  }

  /** Takes the next piece, and gives the first match once it is there. */
  next(piece: string): TextMatch | undefined {
    const { find, openEnd, lookBehind } = this.#pattern;
    this.#held += piece;
    const match = find(this.#held, this.#from);
    if (match) return { start: this.#start + match.start, end: this.#start + match.end };
    this.#from = this.#held.length - openEnd(this.#held);
    this.#forget(this.#from - lookBehind);
    return undefined;
  }

  #forget(length: number): void {
    if (length <= 0) return;
    this.#held = this.#held.slice(length);
    this.#start += length;
    this.#from -= length;
  }
}
