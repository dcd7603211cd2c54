import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';
import { invalidCharacter } from './invalidJson.js';

export const quote = 0x22;
const backslash = 0x5c;

/** The characters after the backslash of a short escape, and the characters that the escapes spell. */
const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Decodes JSON strings that come in pieces, and calls back with the text as soon as it is certain. */
export class JsonStringReader {
  readonly #onText: (text: string) => void;
  #isOpen = false;
  /** The beginning of an escape whose end has not arrived yet. */
  #escape = '';
  /** A high surrogate whose low surrogate may follow. */
  #highSurrogate = '';

  /** @param onText - Called with each non-empty text, which does not end inside a surrogate pair that may be completed. */
  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  /** Whether the closing quote of the string has not arrived yet. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Begins a string; its opening quote has been read. */
  open(): void {
    this.#isOpen = true;
  }

  /**
   * Reads more of the open string.
   *
   * @param offset - The offset of `piece` in the whole text, for the messages of errors.
   * @returns The place in `piece` up to which it was read.
   */
  read(piece: string, at: number, offset: number): number {
    return this.#escape === '' ? this.#readPlain(piece, at, offset) : this.#readEscape(piece, at, offset);
  }

  #readPlain(piece: string, at: number, offset: number): number {
    let end = at;
    while (end < piece.length && isPlainCharacter(piece.charCodeAt(end))) end += 1;
    if (end > at) this.#addText(piece.slice(at, end));
    if (end === piece.length) return end;
    const code = piece.charCodeAt(end);
    if (code === quote) this.#close();
    else if (code === backslash) this.#escape = '\\';
    else throw invalidCharacter('a string without raw control characters', piece, end, offset);
    return end + 1;
  }

  #readEscape(piece: string, at: number, offset: number): number {
    const character = piece.charAt(at);
    this.#escape += character;
    const isUnicode = this.#escape.startsWith('\\u');
    const text = isUnicode ? undefined : shortEscapes.get(character);
    if (text === undefined && !(isUnicode && (this.#escape.length === 2 || /[\da-f]/i.test(character)))) {
      throw invalidCharacter('an escape that JSON knows', piece, at, offset);
    }
    if (text === undefined && this.#escape.length < 6) return at + 1;
    const code = Number.parseInt(this.#escape.slice(2), 16);
    this.#escape = '';
    this.#addText(text ?? String.fromCharCode(code));
    return at + 1;
  }

  #addText(piece: string): void {
    const text = this.#highSurrogate + piece;
    const isCut = endsInHighSurrogate(text);
    this.#highSurrogate = isCut ? text.slice(-1) : '';
    const certain = isCut ? text.slice(0, -1) : text;
    if (certain !== '') this.#onText(certain);
  }

  #close(): void {
    if (this.#highSurrogate !== '') this.#onText(this.#highSurrogate);
    this.#highSurrogate = '';
    this.#isOpen = false;
  }
}

function isPlainCharacter(code: number): boolean {
  return code >= 0x20 && code !== quote && code !== backslash;
}
