import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { finishReasonOf } from '../../src/chunk/readers.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import type { JsonEvents } from './jsonEvents.js';
import { invalidJson } from './invalidJson.js';
import { JsonReader } from './jsonReader.js';

/** What JSON may begin with. */
const beginning = /^[[{"\-\dtfn]/;

/**
 * A code fence that JSON follows: one with the word `json`, or one before a brace or a bracket. A run of markers counts
 * from its first to its last: tried from each of them, a long run would cost the square of its length.
 */
const fence = /(?:(?<!`)`{3,}(?!`)|(?<!~)~{3,}(?!~))(?:[ \t]*json\w*(?:\s+(?=\S)|(?=[{["]))|\s*(?=[{[]))/i;

/** So much of the text before a fence is looked at again when more of it comes. */
const fenceLength = 200;

/** Reads the JSON in the answer text of candidate 0: the whole text, or what its first fence with JSON holds. */
export class AnswerReader {
  readonly #json: JsonReader;
  /** Text in which the JSON has not begun. */
  #before = '';
  #hasProse = false;
  #isFound = false;
  #isFenced = false;
  /** Whether the fence is closed: whatever follows is prose. */
  #isClosed = false;
  /** Whether this side ended the reply. */
  #isCut = false;
  #finishReason: string | undefined;

  constructor(events: JsonEvents, maxDepth: number) {
    this.#json = new JsonReader(events, maxDepth);
  }

  /** Whether the JSON is whole. */
  get isWhole(): boolean {
    return this.#json.isDone;
  }

  /**
   * Reads the next chunk.
   *
   * @returns Why it cannot: `protocol` where the answer is not JSON, `overflow` where it is nested too deep.
   */
  read(chunk: GeminiChunk): GeminiError | undefined {
    this.#isCut ||= wasCutShort(chunk);
    this.#finishReason = finishReasonOf(chunk) ?? this.#finishReason;
    return failureOf(() => this.#readText(chunk.text));
  }

  /**
   * Ends the answer.
   *
   * @returns Why it may not: its JSON is not whole. That of a reply that this side ended need not be.
   */
  end(): GeminiError | undefined {
    if (this.#isCut) return undefined;
    return failureOf(() => {
      this.#json.end();
      if (!this.isWhole) throw invalidJson(this.#whatIsMissing(), this.#finishReason);
    });
  }

  #readText(text: string): void {
    const json = this.#isFound ? text : this.#find(text);
    const end = this.#json.write(json);
    if (end < json.length) this.#readAfter(json.slice(end));
  }

  /** The JSON of a text that comes before it or has its beginning. */
  #find(text: string): string {
    const before = this.#before + text;
    const start = before.search(/\S/);
    if (start < 0) return '';
    this.#isFound = !this.#hasProse && beginning.test(before.slice(start, start + 1));
    if (this.#isFound) return before.slice(start);
    const opening = fence.exec(before);
    this.#isFound = this.#isFenced = opening !== null;
    this.#hasProse = true;
    this.#before = opening ? '' : before.slice(-fenceLength);
    return opening ? before.slice(opening.index + opening[0].length) : '';
  }

  #readAfter(text: string): void {
    const rest = text.replace(/^[ \t\r\n]+/, '');
    if (rest === '' || this.#isClosed) return;
    this.#isClosed = this.#isFenced && /^[`~]/.test(rest);
    if (!this.#isClosed)
      throw invalidJson(
        `The answer is not JSON: expected nothing after its value, got ${JSON.stringify(rest.slice(0, 1))}`,
      );
  }

  #whatIsMissing(): string {
    const reason = this.#finishReason === undefined ? '' : ` (the model stopped with ${this.#finishReason})`;
    if (this.#isFound) return `The answer ends in the middle of its JSON${reason}`;
    return this.#hasProse
      ? `There is no JSON in the answer${reason}`
      : `The answer has no text, so there is no JSON in it${reason}`;
  }
}

function failureOf(step: () => void): GeminiError | undefined {
  try {
    step();
    return undefined;
  } catch (cause) {
    return toGeminiError(cause);
  }
}
