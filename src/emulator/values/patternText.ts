import type { SeededRandom } from './seededRandom.js';

/** The longest repetition of a part without an upper limit, beyond its lower one. */
const moreRepeats = 4;
/** The greatest number of repetitions of a part. */
const mostRepeats = 1000;

/** The greatest number of characters of a range. */
const maxRange = 200;

const digits = '0123456789';
const lowerCase = 'abcdefghijklmnopqrstuvwxyz';
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lettersAndDigits = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const printable = /* @__PURE__ */ rangeBetween(' ', '~');

/**
 * Writes a text for a regular expression: sequences, alternatives, groups, classes and repetitions. Lookarounds, back
 * references and word boundaries are passed over, so the caller tests the result.
 */
export function patternText(pattern: string, random: SeededRandom): string {
  return new PatternWriter(pattern, random).write();
}

class PatternWriter {
  readonly #pattern: readonly string[];
  readonly #random: SeededRandom;
  #at = 0;
  /** Bounds a text of repetitions within repetitions. */
  #repeatsLeft = 20_000;

  constructor(pattern: string, random: SeededRandom) {
    this.#pattern = Array.from(pattern);
    this.#random = random;
  }

  write(): string {
    return this.#alternatives()();
  }

  /** Reads alternatives up to the end of their group, and returns their writer. */
  #alternatives(): () => string {
    const choices: (() => string)[] = [this.#sequence()];
    while (this.#take('|')) choices.push(this.#sequence());
    return () => this.#random.pick(choices as [() => string, ...(() => string)[]])();
  }

  #sequence(): () => string {
    const parts: (() => string)[] = [];
    while (this.#at < this.#pattern.length && !this.#isNext('|') && !this.#isNext(')')) {
      parts.push(this.#repeated(this.#atom()));
    }
    return () => parts.map((part) => part()).join('');
  }

  #repeated(part: () => string): () => string {
    const [least, most] = this.#repeats();
    // Lazy or possessive: the same texts.
    if (least !== 1 || most !== 1) this.#take('?');
    return () => {
      const count = Math.min(mostRepeats, this.#random.integer(least, most));
      let text = '';
      for (let at = 0; at < count && this.#repeatsLeft > 0; at += 1) {
        this.#repeatsLeft -= 1;
        text += part();
      }
      return text;
    };
  }

  #repeats(): [least: number, most: number] {
    if (this.#take('*')) return [0, moreRepeats];
    if (this.#take('+')) return [1, moreRepeats];
    if (this.#take('?')) return [0, 1];
    const [braces, least, comma, most] =
      /^\{(\d+)(,?)(\d*)\}/.exec(this.#pattern.slice(this.#at, this.#at + 24).join('')) ?? [];
    if (braces === undefined) return [1, 1];
    this.#at += braces.length;
    const from = Number(least);
    if (comma === '') return [from, from];
    return [from, most === '' ? from + moreRepeats : Number(most)];
  }

  #atom(): () => string {
    const next = this.#pattern[this.#at] ?? '';
    this.#at += 1;
    if (next === '(') return this.#group();
    if (next === '[') return this.#oneOf(this.#class());
    if (next === '.') return this.#oneOf(lettersAndDigits);
    if (next === '^' || next === '$') return () => '';
    if (next !== '\\') return () => next;
    const escaped = this.#escape();
    return escaped === '' ? () => '' : this.#oneOf(escaped);
  }

  #group(): () => string {
    const isLookaround = /^\?(?:[=!]|<[=!])/.test(this.#pattern.slice(this.#at, this.#at + 3).join(''));
    if (this.#take('?')) {
      while (this.#at < this.#pattern.length && !/[:=!>]/.test(this.#pattern[this.#at] ?? '')) this.#at += 1;
      this.#at += 1;
    }
    const writer = this.#alternatives();
    this.#take(')');
    return isLookaround ? () => '' : writer;
  }

  /** Reads a class after its bracket, and returns its characters. */
  #class(): string {
    const isNegated = this.#take('^');
    let characters = '';
    while (this.#at < this.#pattern.length && !this.#isNext(']')) characters += this.#classItem();
    this.#take(']');
    if (!isNegated) return characters;
    const others = Array.from(lettersAndDigits + printable).filter((character) => !characters.includes(character));
    return others.join('');
  }

  #classItem(): string {
    const first = this.#classCharacter();
    const isRange = this.#isNext('-') && this.#pattern[this.#at + 1] !== ']' && Array.from(first).length === 1;
    if (!isRange) return first;
    this.#at += 1;
    return rangeBetween(first, this.#classCharacter());
  }

  #classCharacter(): string {
    const next = this.#pattern[this.#at] ?? '';
    this.#at += 1;
    return next === '\\' ? this.#escape('\b') : next;
  }

  /** Reads an escape after its backslash, and returns the characters that it stands for. */
  #escape(boundary = ''): string {
    const next = this.#pattern[this.#at] ?? '';
    this.#at += 1;
    const rest = this.#pattern.slice(this.#at, this.#at + 24).join('');
    if (next === 'p' || next === 'P') {
      const [name = ''] = /^\{[^}]*\}/.exec(rest) ?? [];
      this.#at += name.length;
      return /^\{(?:N|Nd|Number)/.test(name) ? digits : /Lu|Upper/.test(name) ? letters.slice(26) : lowerCase;
    }
    const [code, hexadecimal] = /^\{?([\da-fA-F]{2,6})\}?/.exec(next === 'x' ? rest.slice(0, 2) : rest) ?? [];
    if ((next === 'u' || next === 'x') && code !== undefined && hexadecimal !== undefined) {
      const length = next === 'u' && !code.startsWith('{') ? 4 : code.length;
      this.#at += length;
      return String.fromCodePoint(Number.parseInt(hexadecimal.slice(0, length), 16));
    }
    return next === 'b' ? boundary : (escapedCharacters[next] ?? (/[1-9Bk]/.test(next) ? '' : next));
  }

  #oneOf(characters: string): () => string {
    const [first = '', ...others] = Array.from(characters);
    return () => this.#random.pick([first, ...others]);
  }

  #isNext(character: string): boolean {
    return this.#pattern[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#isNext(character)) return false;
    this.#at += 1;
    return true;
  }
}

const escapedCharacters: Readonly<Record<string, string>> = {
  d: digits,
  D: letters,
  w: lettersAndDigits,
  W: ' -',
  s: ' ',
  S: lettersAndDigits,
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  0: '\0',
};

function rangeBetween(first: string, last: string): string {
  const from = first.codePointAt(0) ?? 0;
  const to = Math.min(last.codePointAt(0) ?? from, from + maxRange);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => String.fromCodePoint(from + at)).join('');
}
