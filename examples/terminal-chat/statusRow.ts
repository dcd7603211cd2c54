import type { ReadStream, WriteStream } from 'node:tty';
import { cellsOf } from './cellsOf.js';
import { graphemesOf } from './graphemesOf.js';
import type { Page } from './page.js';
import { printable } from './printable.js';

/** The last row of a terminal, which stays in place while text scrolls above it. */
export class StatusRow {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #page: Page;
  #text = '';

  constructor(input: ReadStream, output: WriteStream, page: Page) {
    this.#input = input;
    this.#output = output;
    this.#page = page;
    this.#reserve();
    output.on('resize', this.#reserve);
    process.on('exit', this.close);
    // Readline clears the screen below its line, and gets each key first.
    input.on('keypress', this.paint);
  }

  show(text: string): void {
    this.#text = text;
    this.paint();
  }

  /** Restores the terminal, also if the program fails. */
  readonly close = (): void => {
    process.off('exit', this.close);
    this.#output.off('resize', this.#reserve);
    this.#input.off('keypress', this.paint);
    this.#text = '';
    this.paint();
    this.#output.write('\u001B7\u001B[r\u001B8');
  };

  /** Text scrolls in the rows above; a line feed makes room if the cursor is in the last row. */
  readonly #reserve = (): void => {
    // Below the cursor stands nothing but an earlier last row, wherever a resize has moved it.
    this.#output.write(`\u001B[J\u001BD\u001B7\u001B[1;${String(this.#output.rows - 1)}r\u001B8\u001B[A`);
    this.paint();
  };

  /** Writes the last row, and restores the cursor. */
  readonly paint = (): void => {
    const { rows } = this.#output;
    const text = this.#page.paint(cut(printable(this.#text), this.#page.columns - 1), ['dim']);
    this.#output.write(`\u001B7\u001B[${String(rows)};1H\u001B[2K${text}\u001B8`);
  };
}

/** The beginning of a text that fits into a number of cells. */
function cut(text: string, cells: number): string {
  let shown = '';
  for (const grapheme of graphemesOf(text)) {
    if (cellsOf(shown + grapheme) > cells) break;
    shown += grapheme;
  }
  return shown;
}
