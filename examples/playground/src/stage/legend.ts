import { valueNames } from './describe.js';
import type { Moment } from './recording.js';
import { signOf } from './signs.js';

/** The letters of the values that a run has shown, with their names: "S sentence, J JSON". */
export class Legend {
  readonly #names = new Map<string, string>();

  add({ event }: Moment): void {
    if (event.type !== 'value') return;
    const letter = signOf(event)?.letter;
    if (letter) this.#names.set(letter, valueNames[event.kind]);
  }

  get text(): string {
    const letters = [...this.#names].map(([letter, name]) => `${letter} is a ${name}`);
    return [`A marble is as large as its text; ribbons lead to where it came out; dashed is held back`, ...letters]
      .join('; ')
      .concat('.');
  }
}
