import { cellsOf } from '../../../examples/terminal-chat/cellsOf.js';
import { graphemesOf } from '../../../examples/terminal-chat/graphemesOf.js';

interface Cell {
  readonly text: string;
  readonly style: string;
}

const blank: Cell = { text: ' ', style: '' };
const off: Readonly<Record<string, string>> = { 22: '1 2', 23: '3', 24: '4', 29: '9', 39: '36 31' };

/** A small terminal: shows what a person sees after the output of a program, with the escape sequences that ours writes. */
export class Screen {
  columns: number;
  rows: number;
  /** All lines, also those that have scrolled out of view. */
  readonly #lines: Cell[][] = [];
  #top = 0;
  #row = 0;
  #column = 0;
  #saved: readonly [number, number] = [0, 0];
  #bottom: number;
  #styles = new Set<string>();
  /** Sequences that this terminal does not know. */
  readonly unknown: string[] = [];
  /** Whether text ran over the right edge. */
  hasOverflowed = false;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#bottom = rows - 1;
  }

  write(output: string): void {
    const pattern = /\u001B\[([\d;?]*)([A-Za-z])|\u001B([78D])|([\r\n\u0007\b])|([^\u001B\r\n\u0007\b]+)|([^])/gu;
    for (const [all, numbers = '', command, escape, control, text] of output.matchAll(pattern)) {
      if (text !== undefined) for (const grapheme of graphemesOf(text)) this.#print(grapheme);
      else if (command !== undefined) this.#run(command, numbers);
      else if (escape !== undefined) this.#escape(escape);
      else if (control === '\n') this.#lineFeed();
      else if (control === '\r') this.#column = 0;
      else this.unknown.push(all);
    }
  }

  /** The lines as text, without trailing spaces; the last row, with the status, is left out. */
  get text(): string[] {
    return Array.from({ length: this.#top + this.rows - 1 }, (_, row) => textOf(this.#lines[row]));
  }

  /** The text of the last row. */
  get status(): string {
    return textOf(this.#lines[this.#top + this.rows - 1]);
  }

  /** The text in a style, by the number of its sequence, such as 1 for bold. */
  styled(style: number): string {
    const styled = Array.from(this.#lines, (line: Cell[] | undefined) =>
      (line ?? []).filter((cell) => cell.style.split(' ').includes(String(style))),
    );
    return styled.flatMap((line) => (line.length > 0 ? [line.map(({ text }) => text).join('')] : [])).join('\n');
  }

  resize(columns: number, rows: number): void {
    const isAtBottom = this.#row >= rows - 1;
    if (isAtBottom) this.#top += this.#row - (rows - 2);
    if (isAtBottom) this.#row = rows - 2;
    this.columns = columns;
    this.rows = rows;
    this.#bottom = rows - 1;
    this.#column = Math.min(this.#column, columns - 1);
  }

  #print(grapheme: string): void {
    const cells = cellsOf(grapheme);
    if (this.#column + cells > this.columns) {
      this.hasOverflowed = true;
      this.#column = 0;
      this.#lineFeed();
    }
    const line = this.#line(this.#row);
    while (line.length < this.#column) line.push(blank);
    const cell = { text: grapheme, style: [...this.#styles].sort().join(' ') };
    line.splice(
      this.#column,
      Math.max(cells, 1),
      cell,
      ...Array<Cell>(Math.max(cells - 1, 0)).fill({ ...cell, text: '' }),
    );
    this.#column += cells;
  }

  #line(row: number): Cell[] {
    return (this.#lines[this.#top + row] ??= []);
  }

  /** Within the scrolling region, whose first row is the first of the screen. */
  #lineFeed(): void {
    if (this.#row !== this.#bottom) {
      this.#row = Math.min(this.#row + 1, this.rows - 1);
      return;
    }
    // The rows below the region stay in place.
    const below = this.#lines.splice(this.#top + this.#bottom + 1);
    this.#lines.length = this.#top + this.#bottom + 1;
    this.#lines.push([], ...below);
    this.#top += 1;
  }

  #escape(escape: string): void {
    if (escape === '7') this.#saved = [this.#row, this.#column];
    else if (escape === '8') [this.#row, this.#column] = this.#saved;
    else this.#lineFeed();
  }

  #run(command: string, numbers: string): void {
    const [first = 0, second = 0] = numbers.split(';').map(Number);
    if (command === 'm') this.#style(String(first));
    else if (command === 'H') [this.#row, this.#column] = [Math.max(first, 1) - 1, Math.max(second, 1) - 1];
    else if (command === 'A') this.#row = Math.max(this.#row - Math.max(first, 1), 0);
    else if (command === 'G') this.#column = Math.max(first, 1) - 1;
    else if (command === 'K') this.#line(this.#row).splice(first === 2 ? 0 : this.#column);
    else if (command === 'J') {
      this.#line(this.#row).splice(this.#column);
      this.#lines.splice(this.#top + this.#row + 1);
    } else if (command === 'r') {
      this.#bottom = (second === 0 ? this.rows : second) - 1;
      [this.#row, this.#column] = [0, 0];
    } else this.unknown.push(`${numbers}${command}`);
  }

  #style(code: string): void {
    const ended = off[code];
    if (ended === undefined) this.#styles.add(code);
    else for (const style of ended.split(' ')) this.#styles.delete(style);
  }
}

function textOf(line: readonly Cell[] = []): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}
