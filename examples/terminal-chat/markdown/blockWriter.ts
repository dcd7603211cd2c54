import { cellsOf } from '../cellsOf.js';
import type { Page, Style } from '../page.js';
import { Containers } from './containers.js';
import { InlineReader } from './inlineReader.js';
import type { Line } from './readLine.js';
import { isTable, layOutTable } from './table.js';
import { WordWrap } from './wordWrap.js';

const longestRule = 60;

/** Writes blocks of Markdown on a page, with their margins, and empty lines between them. */
export class BlockWriter {
  readonly #page: Page;
  readonly #wrap: WordWrap;
  readonly #containers = new Containers();
  /** The text of the present block; undefined between blocks, and in code. */
  #inline: InlineReader | undefined;
  #isFirst = true;
  /** The width of the block of code that is open. */
  #codeWidth = 0;
  /** Whether an empty line precedes the next block. */
  #isAfterBlank = false;

  constructor(page: Page, style?: Style) {
    this.#page = page;
    this.#wrap = new WordWrap(page, style);
  }

  /** The number of quotes that the present block is in. */
  get quotes(): number {
    return this.#containers.quotes;
  }

  /** Begins a block of text at a line. */
  start(line: Line, styles: readonly Style[] = []): void {
    this.#startLines(line, true);
    const write = (text: string, all: readonly Style[]): void => this.#wrap.write(text, all);
    this.#inline = new InlineReader(write, styles, this.#page.hasStyles);
  }

  text(text: string): void {
    this.#inline?.write(text);
  }

  endBlock(isCut = false): void {
    this.#inline?.end(isCut);
    this.#inline = undefined;
  }

  /** Writes the open word, although more of it may come. */
  writeWord(): void {
    this.#wrap.end();
  }

  /** Leaves an empty line before the next block. */
  space(): void {
    this.#isAfterBlank = true;
  }

  rule(line: Line): void {
    this.#writeRule(this.#startLines(line, false));
  }

  /** Begins a block of code, between rules. Its lines are not broken, so that they can be copied. */
  openCode(line: Line, language: string): void {
    this.#codeWidth = this.#startLines(line, false);
    this.#writeRule(this.#codeWidth, language === '' ? '' : `── ${language} `);
  }

  code(text: string): void {
    this.#wrap.write(text.replaceAll('\t', '    '), []);
  }

  closeCode(): void {
    this.#writeRule(this.#codeWidth);
  }

  /** Writes the rows of a table in columns; if it is too wide, or no table, as they are. */
  table(rows: readonly Line[]): void {
    const [header] = rows;
    if (!header) return;
    const texts = rows.map(({ rest }) => rest);
    const lines = isTable(texts)
      ? layOutTable(texts, this.#startLines(header, false), this.#page.hasStyles)
      : undefined;
    if (lines) {
      for (const { text, styles } of lines.flatMap((line) => [...line, { text: '\n', styles: [] }])) {
        this.#wrap.write(text, styles);
      }
      return;
    }
    this.start(header);
    this.text(texts.join('\n'));
    this.endBlock();
  }

  /** Begins lines of a block, and returns their width on the page. */
  #startLines(line: Line, wraps: boolean): number {
    this.endBlock();
    const margin = this.#containers.enter(line, wraps);
    this.#wrap.startBlock(margin, this.#isFirst ? 0 : this.#isAfterBlank ? 2 : 1);
    this.#isFirst = false;
    this.#isAfterBlank = false;
    return this.#page.columns - 1 - cellsOf(margin.rest.map(({ text }) => text).join(''));
  }

  #writeRule(width: number, label = ''): void {
    const length = Math.min(width, longestRule) - cellsOf(label);
    this.#wrap.write(label + '─'.repeat(Math.max(length, 0)), ['dim']);
  }
}
