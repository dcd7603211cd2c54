import type { JsonEvents } from './jsonEvents.js';

/** Collects the text of one string value as it grows; ignores values that are not strings. */
export class StringDeltaCollector implements JsonEvents {
  #gathered = '';
  #depth = 0;
  #isDone = false;

  /** Returns the text since the last call. */
  take(): string {
    const gathered = this.#gathered;
    this.#gathered = '';
    return gathered;
  }

  open(): void {
    this.#depth += 1;
  }

  close(): void {
    this.#depth -= 1;
  }

  text(piece: string): void {
    if (this.#depth === 0 && !this.#isDone) this.#gathered += piece;
  }

  endText(): void {
    // A name may occur twice: only its first string is read.
    this.#isDone ||= this.#depth === 0;
  }

  key(): void {
    // The value is an object, not the string itself.
  }

  startText(): void {
    // The text of the string follows in `text`.
  }

  scalar(): void {
    // Not a string.
  }
}
