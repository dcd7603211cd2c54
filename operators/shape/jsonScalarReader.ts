import { invalidCharacter, invalidJson } from './invalidJson.js';

type Literal = readonly [word: string, value: boolean | null];

const literals: readonly Literal[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

const minus = 0x2d;

const validNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads JSON numbers and the words `true`, `false` and `null`, which come in pieces. */
export class JsonScalarReader {
  readonly #onScalar: (value: number | boolean | null) => void;
  /** The text of the open number; empty for a word. */
  #number = '';
  /** The rest of the open word, and the value of the word. */
  #word = '';
  #value: boolean | null = null;

  /** @param onScalar - Called with each value when it is whole. */
  constructor(onScalar: (value: number | boolean | null) => void) {
    this.#onScalar = onScalar;
  }

  /** Whether a number or a word has begun and may continue. */
  get isOpen(): boolean {
    return this.#number !== '' || this.#word !== '';
  }

  /**
   * Begins the scalar at a place.
   *
   * @returns The place up to which the scalar was read; -1 if no scalar begins with that character.
   */
  open(piece: string, at: number, offset: number): number {
    const code = piece.charCodeAt(at);
    if (code === minus || isDigit(code)) return this.#readNumber(piece, at);
    const literal = literals.find(([word]) => word.charCodeAt(0) === code);
    if (!literal) return -1;
    [this.#word, this.#value] = literal;
    return this.#readWord(piece, at, offset);
  }

  /** Reads more of the open scalar, and returns the place in `piece` up to which it was read. */
  read(piece: string, at: number, offset: number): number {
    return this.#word === '' ? this.#readNumber(piece, at) : this.#readWord(piece, at, offset);
  }

  /** Ends the text, which completes a number but not a word. */
  end(): void {
    if (this.#number !== '') this.#endNumber();
  }

  #readNumber(piece: string, at: number): number {
    let end = at;
    while (end < piece.length && mayBeInNumber(piece.charCodeAt(end))) end += 1;
    this.#number += piece.slice(at, end);
    if (end < piece.length) this.#endNumber();
    return end;
  }

  #endNumber(): void {
    const number = this.#number;
    if (!validNumber.test(number)) {
      throw invalidJson(`The answer is not JSON: ${number.slice(0, 40)} is not a number`);
    }
    this.#number = '';
    this.#onScalar(Number(number));
  }

  #readWord(piece: string, at: number, offset: number): number {
    if (piece.charAt(at) !== this.#word.charAt(0)) throw invalidCharacter('true, false or null', piece, at, offset);
    this.#word = this.#word.slice(1);
    if (this.#word === '') this.#onScalar(this.#value);
    return at + 1;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether a character is a digit, a sign, a point or an exponent; the order is not checked. */
function mayBeInNumber(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === minus || code === 0x2b;
}
