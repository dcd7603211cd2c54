import { stripControls } from '../../src/errors/stripControls.js';

/** The number of columns in a row. */
const width = 60;

/** The symbols of answer text: 4 UTF-16 units or less, then up to twice as many each. */
const sizes = '▁▂▃▄▅▆▇█';

/** The symbols of a column, weakest first; the strongest of those that occurred is shown. */
const marks = '-.t▁▂▃▄▅▆▇█pcx';

/** A symbol of {@link MarbleRows} that is not answer text. */
export type Mark = '.' | 't' | 'p' | 'c' | 'x';

/** Draws rows of marbles, with columns of equal time. A row begins with its time; an empty row is not written. */
export class MarbleRows {
  readonly #label: string;
  /** The time of a column, in ms. */
  readonly #interval: number;
  readonly #write: (row: string) => void;
  /** The beginning of the open row, in columns; undefined if there is no open row. */
  #start: number | undefined;
  /** The columns before the latest one. */
  #row = '';
  /** The symbol of the latest column; `''` before the first one. */
  #mark = '';
  /** The length of the text in the latest column. */
  #chars = 0;

  constructor(label: string, interval: number, write: (row: string) => void) {
    this.#label = stripControls(label);
    this.#interval = interval;
    this.#write = write;
  }

  /** The end of the open row, in ms; undefined if there is no open row. */
  get fullAt(): number | undefined {
    return this.#start === undefined ? undefined : (this.#start + width) * this.#interval;
  }

  mark(mark: Mark, now: number): void {
    this.#moveTo(now);
    this.#show(mark);
  }

  text(chars: number, now: number): void {
    this.#moveTo(now);
    this.#chars += chars;
    const doublings = Math.ceil(Math.log2(this.#chars)) - 2;
    this.#show(sizes[Math.min(Math.max(doublings, 0), sizes.length - 1)] ?? '');
  }

  /** Writes the open row if its time has passed. */
  writeFull(now: number): void {
    if (this.fullAt === undefined || now < this.fullAt) return;
    this.#write(this.#head() + (this.#row + this.#mark).padEnd(width, '-'));
    this.#start = undefined;
  }

  /** Writes the last row. */
  end(mark: string, summary: string, now: number): void {
    this.#moveTo(now);
    // The end has a column of its own if something else is in the latest one.
    const last = this.#mark + mark;
    // The summary quotes the server, whose control characters must not move the cursor.
    this.#write(`${this.#head()}${this.#row}${last} ${stripControls(summary).replaceAll('\n', ' ')}`);
    this.#start = undefined;
  }

  #moveTo(now: number): void {
    this.writeFull(now);
    const column = Math.floor(now / this.#interval);
    if (this.#start === undefined) {
      this.#start = column - (column % width);
      this.#row = '';
      this.#clearColumn();
    }
    const past = column - this.#start - this.#row.length;
    if (past === 0) return;
    this.#row = (this.#row + this.#mark).padEnd(column - this.#start, '-');
    this.#clearColumn();
  }

  #clearColumn(): void {
    this.#mark = '';
    this.#chars = 0;
  }

  #show(mark: string): void {
    if (marks.indexOf(mark) > marks.indexOf(this.#mark)) this.#mark = mark;
  }

  #head(): string {
    const seconds = ((this.#start ?? 0) * this.#interval) / 1000;
    return `${this.#label} ${seconds.toFixed(1).padStart(5)} s `;
  }
}
