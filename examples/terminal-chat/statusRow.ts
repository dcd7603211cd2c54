import type { ReadStream, WriteStream } from 'node:tty';
import { styleText } from 'node:util';

/** The last row of a terminal, which stays in place while text scrolls above it. */
export class StatusRow {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  #text = '';

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
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

  /** Text scrolls in the rows above; a line break makes room if the cursor is in the last row. */
  readonly #reserve = (): void => {
    this.#output.write(`\n\u001B7\u001B[1;${String(this.#output.rows - 1)}r\u001B8\u001B[A`);
    this.paint();
  };

  /** Writes the last row, and restores the cursor. */
  readonly paint = (): void => {
    const { rows, columns } = this.#output;
    const text = styleText('dim', this.#text.slice(0, columns - 1));
    this.#output.write(`\u001B7\u001B[${String(rows)};1H\u001B[2K${text}\u001B8`);
  };
}
