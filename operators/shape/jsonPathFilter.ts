import type { JsonEvents } from './jsonEvents.js';
import { wildcard, type PathStep } from './pathSteps.js';

/** Passes on what is said about the values at a path, and nothing else. Holds one name or index a step. */
export class JsonPathFilter implements JsonEvents {
  readonly #path: readonly PathStep[];
  readonly #events: JsonEvents;
  /** How many objects and lists are open. */
  #depth = 0;
  /** Where each of those that the path leads through stands, outermost first: at this name or index. */
  readonly #here: (string | number)[] = [];
  /** How deep the value at the path is, while it is passed on. */
  #passing: number | undefined;

  constructor(path: readonly PathStep[], events: JsonEvents) {
    this.#path = path;
    this.#events = events;
  }

  open(isObject: boolean): void {
    if (this.#isOnPath()) {
      if (this.#depth === this.#path.length) this.#passing = this.#depth;
      else this.#here.push(isObject ? '' : -1);
    }
    this.#depth += 1;
    if (this.#passing !== undefined) this.#events.open(isObject);
  }

  close(): void {
    this.#depth -= 1;
    if (this.#passing !== undefined) this.#events.close();
    if (this.#passing === this.#depth) this.#passing = undefined;
    if (this.#here.length > this.#depth) this.#here.pop();
  }

  key(name: string): void {
    if (this.#passing !== undefined) this.#events.key(name);
    else if (this.#here.length === this.#depth) this.#here[this.#depth - 1] = name;
  }

  startText(): void {
    if (this.#isOnPath() && this.#depth === this.#path.length) this.#passing = this.#depth;
    if (this.#passing !== undefined) this.#events.startText();
  }

  text(piece: string): void {
    if (this.#passing !== undefined) this.#events.text(piece);
  }

  endText(): void {
    if (this.#passing !== undefined) this.#events.endText();
    if (this.#passing === this.#depth) this.#passing = undefined;
  }

  scalar(value: number | boolean | null): void {
    const isAtEnd = this.#isOnPath() && this.#depth === this.#path.length;
    if (isAtEnd || this.#passing !== undefined) this.#events.scalar(value);
  }

  /** Moves on to the value that begins: whether the path leads to it, or through it. */
  #isOnPath(): boolean {
    if (this.#passing !== undefined || this.#here.length !== this.#depth) return false;
    if (this.#depth === 0) return true;
    const last = this.#depth - 1;
    const before = this.#here[last];
    const here = typeof before === 'number' ? before + 1 : (before ?? '');
    this.#here[last] = here;
    return this.#path[last] === wildcard || this.#path[last] === here;
  }
}
