import { invalidJson } from './invalidJson.js';
import type { JsonEvents } from './jsonEvents.js';
import { JsonReader } from './jsonReader.js';

/** The characters with which JSON may begin. */
const beginning = /^[[{"\-\dtfn]/;

/**
 * A code fence that JSON follows: one with the word `json`, or one before a brace or a bracket. A run of markers
 * matches as a whole: a search that starts at each marker would take time quadratic in a long run.
 */
const fence = /(?:(?<!`)`{3,}(?!`)|(?<!~)~{3,}(?!~))(?:[ \t]*json\w*(?:\s+(?=\S)|(?=[{["]))|\s*(?=[{[]))/i;

/** The length of the end of the prose that is searched again with the next text, because a fence may begin there. */
const fenceLength = 200;

/** Finds the JSON in a text that comes in pieces, and reads it: the whole text, or its first code fence with JSON. */
export class EmbeddedJsonReader {
  readonly #json: JsonReader;
  /** The end of the text in which no JSON has begun. */
  #before = '';
  #hasProse = false;
  #isFound = false;
  #isFenced = false;
  /** Whether the fence is closed: all further text is prose. */
  #isClosed = false;

  constructor(events: JsonEvents, maxDepth: number) {
    this.#json = new JsonReader(events, maxDepth);
  }

  /** Whether the JSON has begun. */
  get isFound(): boolean {
    return this.#isFound;
  }

  /** Whether text that is not JSON has come before any JSON. */
  get hasProse(): boolean {
    return this.#hasProse;
  }

  /** Whether the JSON is whole. */
  get isDone(): boolean {
    return this.#json.isDone;
  }

  /** Reads the next piece of the text; throws as {@link JsonReader} does. */
  write(text: string): void {
    const json = this.#isFound ? text : this.#find(text);
    const end = this.#json.write(json);
    if (end < json.length) this.#readAfter(json.slice(end));
  }

  /** Ends the text, which completes a number. */
  end(): void {
    this.#json.end();
  }

  /** The beginning of the JSON at the end of the text so far; empty if no JSON has begun. */
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
    if (this.#isClosed) return;
    const got = JSON.stringify(rest.slice(0, 1));
    throw invalidJson(`The answer is not JSON: expected nothing after its value, got ${got}`);
  }
}
