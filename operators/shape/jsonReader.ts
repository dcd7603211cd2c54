import { GeminiError } from '../../src/errors/geminiError.js';
import { invalidCharacter } from './invalidJson.js';
import type { JsonEvents } from './jsonEvents.js';
import { JsonScalarReader } from './jsonScalarReader.js';
import { JsonStringReader, quote } from './jsonStringReader.js';

const [comma, colon] = [0x2c, 0x3a];
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The tokens that may come next, while no string and no scalar is open. */
type Expected = 'a value' | 'a value or ]' | 'a name' | 'a name or }' | 'a colon' | 'a comma or ]' | 'a comma or }';

/**
 * Reads one JSON value (RFC 8259) that comes in pieces, and reports each part of the value as soon as the part is
 * certain.
 *
 * Accepts exactly the texts that `JSON.parse` accepts, cut anywhere, in time linear in the text. Holds the name,
 * number, word or escape that is open, and one flag for each open object or list.
 */
export class JsonReader {
  readonly #events: JsonEvents;
  readonly #maxDepth: number;
  readonly #string: JsonStringReader;
  readonly #scalar: JsonScalarReader;
  /** One flag for each open container, outermost first: whether it is an object. */
  readonly #open: boolean[] = [];
  #expected: Expected = 'a value';
  /** The open name so far; undefined while no name is open. */
  #name: string | undefined;
  #isDone = false;
  /** The length of the text before this piece, for the messages of errors. */
  #offset = 0;

  constructor(events: JsonEvents, maxDepth: number) {
    this.#events = events;
    this.#maxDepth = maxDepth;
    this.#string = new JsonStringReader((text) => {
      if (this.#name === undefined) events.text(text);
      else this.#name += text;
    });
    this.#scalar = new JsonScalarReader((value) => {
      events.scalar(value);
      this.#endValue();
    });
  }

  /** Whether the value is whole. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Reads the next piece.
   *
   * @returns The length that was read: all of the piece, unless the value ended before.
   * @throws GeminiError - `protocol` if the text is not JSON, `overflow` if the JSON is nested too deep.
   */
  write(piece: string): number {
    let at = 0;
    while (at < piece.length && !this.#isDone) {
      if (this.#string.isOpen) at = this.#readString(piece, at);
      else if (this.#scalar.isOpen) at = this.#scalar.read(piece, at, this.#offset);
      else at = this.#readToken(piece, at);
    }
    this.#offset += at;
    return at;
  }

  /** Ends the text, which completes a number at the top level. */
  end(): void {
    if (this.#open.length === 0) this.#scalar.end();
  }

  #readString(piece: string, at: number): number {
    const end = this.#string.read(piece, at, this.#offset);
    if (!this.#string.isOpen) this.#endString();
    return end;
  }

  #endString(): void {
    if (this.#name === undefined) {
      this.#events.endText();
      this.#endValue();
    } else {
      this.#events.key(this.#name);
      this.#name = undefined;
      this.#expected = 'a colon';
    }
  }

  #readToken(piece: string, at: number): number {
    const code = piece.charCodeAt(at);
    if (isWhiteSpace(code)) return at + 1;
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
        if (code === quote) this.#openName();
        else if (this.#expected === 'a name or }') this.#close(piece, at);
        else throw this.#unexpected(piece, at);
        return at + 1;
      case 'a value or ]':
        if (code === closeList) {
          this.#close(piece, at);
          return at + 1;
        }
        return this.#openValue(piece, at);
      case 'a value':
        return this.#openValue(piece, at);
    }
  }

  #openName(): void {
    this.#name = '';
    this.#string.open();
  }

  #openValue(piece: string, at: number): number {
    const code = piece.charCodeAt(at);
    if (code === quote) {
      this.#string.open();
      this.#events.startText();
      return at + 1;
    }
    if (code === openObject || code === openList) {
      this.#openContainer(code === openObject);
      return at + 1;
    }
    const end = this.#scalar.open(piece, at, this.#offset);
    if (end < 0) throw this.#unexpected(piece, at);
    return end;
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

  #unexpected(piece: string, at: number): GeminiError {
    return invalidCharacter(this.#expected, piece, at, this.#offset);
  }
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
