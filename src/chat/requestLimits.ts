import { GeminiError } from '../errors/geminiError.js';
import { assertInteger } from '../rx/assertions.js';

/** The limits of {@link readChatRequest}; a request above a limit fails with kind `overflow`. @public */
export interface ChatRequestLimits {
  /** The maximum number of contents. @defaultValue 1_000 */
  readonly maxContents?: number | undefined;
  /** The maximum number of parts of all contents. @defaultValue 10_000 */
  readonly maxParts?: number | undefined;
  /**
   * The maximum length of everything but base64 data: the UTF-16 units of all texts and names, and one for each value.
   *
   * @defaultValue 1_000_000
   */
  readonly maxLength?: number | undefined;
  /** The maximum size of all pictures, files and signatures, in bytes. @defaultValue 20_000_000 */
  readonly maxData?: number | undefined;
  /**
   * The deepest nesting of an argument, a response, a declaration or a field of `config`, in levels; at most 800.
   *
   * @defaultValue 100
   */
  readonly maxDepth?: number | undefined;
}

type Counts = Record<Exclude<keyof ChatRequestLimits, 'maxDepth'>, number>;

/** Counts the values of one request, and throws as soon as they exceed a limit. */
export class RequestLimits {
  readonly #limits: Counts;
  readonly #counts: Counts = { maxContents: 0, maxParts: 0, maxLength: 0, maxData: 0 };
  /** The deepest nesting of a value, in levels. */
  readonly maxDepth: number;

  /** @throws TypeError, RangeError - If a limit is wrong. */
  constructor(limits: ChatRequestLimits) {
    const { maxContents = 1_000, maxParts = 10_000, maxLength = 1_000_000, maxData = 20_000_000 } = limits;
    const { maxDepth = 100 } = limits;
    this.#limits = { maxContents, maxParts, maxLength, maxData };
    for (const [name, limit] of Object.entries(this.#limits)) if (limit !== Infinity) assertInteger(name, limit, 1);
    assertInteger('maxDepth', maxDepth, 1, 800);
    this.maxDepth = maxDepth;
  }

  /** @throws GeminiError - `overflow`, if there are too many contents. */
  addContents(count: number): void {
    this.#add('maxContents', count, 'contents');
  }

  /** @throws GeminiError - `overflow`, if there are too many parts. */
  addParts(count: number): void {
    this.#add('maxParts', count, 'parts');
  }

  /** @throws GeminiError - `overflow`, if the request is too long. */
  addLength(length: number): void {
    this.#add('maxLength', length, 'characters');
  }

  /** @throws GeminiError - `overflow`, if there are too much data. */
  addData(bytes: number): void {
    this.#add('maxData', bytes, 'bytes of data');
  }

  /** Makes the error of a value that is nested too deep. */
  depthError(subject: string): GeminiError {
    const message = `${subject} of the request is nested deeper than ${this.maxDepth} levels, the limit \`maxDepth\``;
    return new GeminiError(message, { kind: 'overflow', limit: 'depth' });
  }

  #add(name: keyof Counts, count: number, noun: string): void {
    this.#counts[name] += count;
    if (this.#counts[name] <= this.#limits[name]) return;
    const message = `The request has more than ${this.#limits[name]} ${noun}, the limit \`${name}\``;
    throw new GeminiError(message, { kind: 'overflow', limit: 'size' });
  }
}
