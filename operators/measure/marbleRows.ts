import { stripControls } from '../../src/errors/stripControls.js';

/** Columns in a row. */
const width = 60;

/** Answer text, 4 UTF-16 units or less, then up to twice as much each. */
const sizes = '▁▂▃▄▅▆▇█';

/** What may stand in a column, weakest first: of all that happened in its time the strongest shows. */
const marks = `-.t${sizes}pcx`;

/** A mark of {@link MarbleRows}, but for those of text. */
export type Mark = '.' | 't' | 'p' | 'c' | 'x';

/**
 * Draws what happens as rows of marbles, each column as long as the others. A row in which nothing happens is not
 * written; what time a row begins stands before it.
 */
export class MarbleRows {
  readonly #label: string;
  /** What a column stands for, in ms. */
  readonly #column: number;
  readonly #write: (row: string) => void;
  /** When the row begins, in columns; undefined while there is none. */
  #start: number | undefined;
  /** The columns before the latest one. */
  #row = '';
  #mark = '-';
  /** How much text is in the latest one. */
  #chars = 0;

  constructor(label: string, column: number, write: (row: string) => void) {
    this.#label = stripControls(label);
    this.#column = column;
    this.#write = write;
  }

  /** When the open row is full, in ms; undefined if there is none. */
  get fullAt(): number | undefined {
    return this.#start === undefined ? undefined : (this.#start + width) * this.#column;
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

  /** Writes the open row if its time is up. */
  writeFull(now: number): void {
    if (this.fullAt === undefined || now < this.fullAt) return;
    this.#write(this.#head() + (this.#row + this.#mark).padEnd(width, '-'));
    this.#start = undefined;
  }

  /** Writes the last row. */
  end(mark: string, summary: string, now: number): void {
    this.#moveTo(now);
    // It stands in its own column, unless something has come in that.
    const last = this.#mark === '-' ? mark : this.#mark + mark;
    // The summary has text of the server, which must not move the cursor.
    this.#write(`${this.#head()}${this.#row}${last} ${stripControls(summary).replaceAll('\n', ' ')}`);
    this.#start = undefined;
  }

  #moveTo(now: number): void {
    this.writeFull(now);
    const column = Math.floor(now / this.#column);
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
    this.#mark = '-';
    this.#chars = 0;
  }

  #show(mark: string): void {
    if (marks.indexOf(mark) > marks.indexOf(this.#mark)) this.#mark = mark;
  }

  #head(): string {
    const seconds = ((this.#start ?? 0) * this.#column) / 1000;
    return `${this.#label} ${seconds.toFixed(1).padStart(5)} s `;
  }
}
