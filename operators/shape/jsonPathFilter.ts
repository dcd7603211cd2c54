import type { JsonEvents } from './jsonEvents.js';
import { wildcard, type PathStep } from './pathPattern.js';

/** Forwards the events of the values at a path, and no others. Holds one name or index for each step. */
export class JsonPathFilter implements JsonEvents {
  readonly #path: readonly PathStep[];
  readonly #events: JsonEvents;
  /** The number of open objects and lists. */
  #depth = 0;
  /** The present name or index in each open container that the path leads through, outermost first. */
  readonly #position: (string | number)[] = [];
  /** The depth of the value at the path while its events are forwarded. */
  #forwardedDepth: number | undefined;

  constructor(path: readonly PathStep[], events: JsonEvents) {
    this.#path = path;
    this.#events = events;
  }

  open(isObject: boolean): void {
    if (this.#advance()) {
      if (this.#depth === this.#path.length) this.#forwardedDepth = this.#depth;
      else this.#position.push(isObject ? '' : -1);
    }
    this.#depth += 1;
    if (this.#forwardedDepth !== undefined) this.#events.open(isObject);
  }

  close(): void {
    this.#depth -= 1;
    if (this.#forwardedDepth !== undefined) this.#events.close();
    if (this.#forwardedDepth === this.#depth) this.#forwardedDepth = undefined;
    if (this.#position.length > this.#depth) this.#position.pop();
  }

  key(name: string): void {
    if (this.#forwardedDepth !== undefined) this.#events.key(name);
    else if (this.#position.length === this.#depth) this.#position[this.#depth - 1] = name;
  }

  startText(): void {
    if (this.#advance() && this.#depth === this.#path.length) this.#forwardedDepth = this.#depth;
    if (this.#forwardedDepth !== undefined) this.#events.startText();
  }

  text(piece: string): void {
    if (this.#forwardedDepth !== undefined) this.#events.text(piece);
  }

  endText(): void {
    if (this.#forwardedDepth !== undefined) this.#events.endText();
    if (this.#forwardedDepth === this.#depth) this.#forwardedDepth = undefined;
  }

  scalar(value: number | boolean | null): void {
    const isAtEnd = this.#advance() && this.#depth === this.#path.length;
    if (isAtEnd || this.#forwardedDepth !== undefined) this.#events.scalar(value);
  }

  /** Moves to the value that begins; returns whether the path leads to or through that value. */
  #advance(): boolean {
    if (this.#forwardedDepth !== undefined || this.#position.length !== this.#depth) return false;
    if (this.#depth === 0) return true;
    const last = this.#depth - 1;
    const before = this.#position[last];
    const present = typeof before === 'number' ? before + 1 : (before ?? '');
    this.#position[last] = present;
    return this.#path[last] === wildcard || this.#path[last] === present;
  }
}
