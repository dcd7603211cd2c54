import { GeminiError } from '../../src/errors/geminiError.js';
import {
  backslash,
  closeList,
  closeObject,
  colon,
  comma,
  escapes,
  isBlank,
  isDigit,
  isFirstHalf,
  isOfNumber,
  isPlain,
  literals,
  minus,
  number,
  openList,
  openObject,
  quote,
} from './jsonCharacters.js';
import type { JsonEvents } from './jsonEvents.js';
import { invalidJson } from './jsonFailure.js';

/** What may come next, where no string, number or literal is open. */
type Expected = 'a value' | 'a value or ]' | 'a name' | 'a name or }' | 'a colon' | 'a comma or ]' | 'a comma or }';

/**
 * Reads one JSON value (RFC 8259) that comes in pieces, and says what it reads as soon as it is sure.
 *
 * It accepts what `JSON.parse` accepts, wherever the text is cut, in time linear in the text, and holds no more than
 * the name, number, literal or escape that is open and one flag for each open object or list.
 */
export class JsonReader {
  readonly #events: JsonEvents;
  readonly #maxDepth: number;
  /** Whether each open one is an object, outermost first. */
  readonly #open: boolean[] = [];
  #expected: Expected = 'a value';
  #isDone = false;
  /** How much was read before this piece, for the sentences of errors. */
  #offset = 0;

  #isInString = false;
  /** The name so far, if the open string is one. */
  #name: string | undefined;
  /** An escape whose end is not here yet. */
  #escape = '';
  /** The first half of a character whose second half may follow. */
  #half = '';
  #number = '';
  /** What is still to come of a literal, and what it means then. */
  #literal = '';
  #meaning: boolean | null = null;

  constructor(events: JsonEvents, maxDepth: number) {
    this.#events = events;
    this.#maxDepth = maxDepth;
  }

  /** Whether the value is whole. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Reads the next piece.
   *
   * @returns How much of it was read: all of it, unless the value ended before.
   * @throws GeminiError - `protocol` where the text is not JSON, `overflow` where it is nested too deep.
   */
  write(piece: string): number {
    let at = 0;
    while (at < piece.length && !this.#isDone) {
      if (this.#isInString) at = this.#escape === '' ? this.#readText(piece, at) : this.#readEscape(piece, at);
      else if (this.#number !== '') at = this.#readNumber(piece, at);
      else if (this.#literal !== '') at = this.#readLiteral(piece, at);
      else at = this.#readSign(piece, at);
    }
    this.#offset += at;
    return at;
  }

  /** Ends the text: only a number needs that to be whole. */
  end(): void {
    if (this.#number !== '' && this.#open.length === 0) this.#endNumber();
  }

  #readSign(piece: string, at: number): number {
    const code = piece.charCodeAt(at);
    if (isBlank(code)) return at + 1;
    switch (this.#expected) {
      case 'a comma or ]':
      case 'a comma or }':
        if (code === comma) this.#expected = this.#isInObject ? 'a name' : 'a value';
        else this.#close(piece, at);
        return at + 1;
      case 'a colon':
        if (code !== colon) throw this.#unexpected(piece, at);
        this.#expected = 'a value';
        return at + 1;
      case 'a name or }':
      case 'a name':
        if (code === quote) this.#startName();
        else if (this.#expected === 'a name or }') this.#close(piece, at);
        else throw this.#unexpected(piece, at);
        return at + 1;
      case 'a value or ]':
        if (code === closeList) {
          this.#close(piece, at);
          return at + 1;
        }
        return this.#startValue(piece, at);
      case 'a value':
        return this.#startValue(piece, at);
    }
  }

  #startValue(piece: string, at: number): number {
    const code = piece.charCodeAt(at);
    if (code === quote) {
      this.#isInString = true;
      this.#events.startText();
    } else if (code === openObject || code === openList) {
      this.#openContainer(code === openObject);
    } else if (code === minus || isDigit(code)) {
      return this.#readNumber(piece, at);
    } else {
      const literal = literals.find(([word]) => word.charCodeAt(0) === code);
      if (!literal) throw this.#unexpected(piece, at);
      [this.#literal, this.#meaning] = literal;
      return this.#readLiteral(piece, at);
    }
    return at + 1;
  }

  #openContainer(isObject: boolean): void {
    if (this.#open.length === this.#maxDepth) {
      const message = `The JSON of the answer is nested deeper than ${this.#maxDepth} levels, the limit of \`maxDepth\``;
      throw new GeminiError(message, { kind: 'overflow', limit: 'depth' });
    }
    this.#open.push(isObject);
    this.#expected = isObject ? 'a name or }' : 'a value or ]';
    this.#events.open(isObject);
  }

  #close(piece: string, at: number): void {
    if (piece.charCodeAt(at) !== (this.#isInObject ? closeObject : closeList)) throw this.#unexpected(piece, at);
    this.#open.pop();
    this.#events.close();
    this.#endValue();
  }

  #endValue(): void {
    if (this.#open.length === 0) this.#isDone = true;
    else this.#expected = this.#isInObject ? 'a comma or }' : 'a comma or ]';
  }

  get #isInObject(): boolean {
    return this.#open.at(-1) ?? false;
  }

  #startName(): void {
    this.#isInString = true;
    this.#name = '';
  }

  #readText(piece: string, at: number): number {
    let end = at;
    while (end < piece.length && isPlain(piece.charCodeAt(end))) end += 1;
    if (end > at) this.#addText(piece.slice(at, end));
    if (end === piece.length) return end;
    const code = piece.charCodeAt(end);
    if (code === quote) this.#endString();
    else if (code === backslash) this.#escape = '\\';
    else throw this.#unexpected(piece, end, 'a string without raw control characters');
    return end + 1;
  }

  #readEscape(piece: string, at: number): number {
    const character = piece.charAt(at);
    this.#escape += character;
    const isUnicode = this.#escape.startsWith('\\u');
    const text = isUnicode ? undefined : escapes.get(character);
    if (text === undefined && !(isUnicode && (this.#escape.length === 2 || /[\da-f]/i.test(character)))) {
      throw this.#unexpected(piece, at, 'an escape that JSON knows');
    }
    if (text === undefined && this.#escape.length < 6) return at + 1;
    const code = Number.parseInt(this.#escape.slice(2), 16);
    this.#escape = '';
    this.#addText(text ?? String.fromCharCode(code));
    return at + 1;
  }

  #addText(piece: string): void {
    const text = this.#half + piece;
    const isCut = isFirstHalf(text.charCodeAt(text.length - 1));
    this.#half = isCut ? text.slice(-1) : '';
    this.#pass(isCut ? text.slice(0, -1) : text);
  }

  #pass(text: string): void {
    if (text === '') return;
    if (this.#name === undefined) this.#events.text(text);
    else this.#name += text;
  }

  #endString(): void {
    this.#pass(this.#half);
    this.#half = '';
    this.#isInString = false;
    if (this.#name === undefined) {
      this.#events.endText();
      this.#endValue();
    } else {
      this.#events.key(this.#name);
      this.#name = undefined;
      this.#expected = 'a colon';
    }
  }

  #readNumber(piece: string, at: number): number {
    let end = at;
    while (end < piece.length && isOfNumber(piece.charCodeAt(end))) end += 1;
    this.#number += piece.slice(at, end);
    if (end < piece.length) this.#endNumber();
    return end;
  }

  #endNumber(): void {
    if (!number.test(this.#number))
      throw invalidJson(`The answer is not JSON: ${this.#number.slice(0, 40)} is no number`);
    this.#events.scalar(Number(this.#number));
    this.#number = '';
    this.#endValue();
  }

  #readLiteral(piece: string, at: number): number {
    if (piece.charAt(at) !== this.#literal.charAt(0)) throw this.#unexpected(piece, at, 'true, false or null');
    this.#literal = this.#literal.slice(1);
    if (this.#literal === '') {
      this.#events.scalar(this.#meaning);
      this.#endValue();
    }
    return at + 1;
  }

  #unexpected(piece: string, at: number, expected: string = this.#expected): GeminiError {
    const place = this.#offset + at;
    return invalidJson(
      `The answer is not JSON: expected ${expected} at ${place}, got ${JSON.stringify(piece.charAt(at))}`,
    );
  }
}
