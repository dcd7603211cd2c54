import { cellsOf } from '../../../examples/terminal-chat/cellsOf.js';
import { graphemesOf } from '../../../examples/terminal-chat/graphemesOf.js';

interface Cell {
  readonly text: string;
  readonly style: string;
}

const blank: Cell = { text: ' ', style: '' };
const off: Readonly<Record<string, string>> = { 22: '12', 23: '3', 24: '4', 29: '9', 39: '36 31' };

/** A small terminal: shows what a person sees after the output of a program, with the escape sequences that ours writes. */
export class Screen {
  columns: number;
  rows: number;
  /** All lines, also those that have scrolled out of view. */
  readonly #lines: Cell[][] = [];
  #top = 0;
  #row = 0;
  #column = 0;
  #saved = [0, 0] as const;
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
