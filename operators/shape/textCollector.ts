import type { JsonEvents } from './jsonEvents.js';

/** Gathers the text of one string value as it comes; of values that are none it takes nothing. */
export class TextCollector implements JsonEvents {
  #gathered = '';
  #depth = 0;
  #isDone = false;

  /** Gives what came since the last time. */
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
    // A name may be there twice: one string is one string.
    this.#isDone ||= this.#depth === 0;
  }

  key(): void {
    // Of no interest, as is all below.
  }

  startText(): void {
    // Its text comes next.
  }

  scalar(): void {
    // No string.
  }
}
