import { cellsOf } from '../cellsOf.js';
import { graphemesOf } from '../graphemesOf.js';
import type { Page, Span, Style } from '../page.js';
import { printable } from '../printable.js';
import { isBreakable } from './isBreakable.js';
import { joinSpans } from './joinSpans.js';
import type { Margin } from './margin.js';

/** A longer word of a line that is not broken is written in parts. */
const longestUnbroken = 80;

const noMargin: Margin = { first: [], rest: [], quotes: 0, wraps: true };

/**
 * Writes text on a page, broken into lines between words. A word is written once it has ended, and white space with the
 * word that follows it: nothing that is on the page changes, whatever comes, and a new width counts from the next word.
 */
export class WordWrap {
  readonly #page: Page;
  readonly #style: Style | undefined;
  #margin: Margin = noMargin;
  /** Whether the first line of the margin is still to come. */
  #isFirst = true;
  /** The line breaks before the next word. */
  #breaks = 0;
  /** The quotes that the empty lines before the next word are in. */
  #quotes = 0;
  /** The white space before the word, and the word, of which more may come: one grapheme a span. */
  #space: Span[] = [];
  #word: Span[] = [];
  #wordCells = 0;
  /** Whether a word is on the line, after its margin. */
  #isInLine = false;

  /** @param style - The style of all text, in place of its own. */
  constructor(page: Page, style?: Style) {
    this.#page = page;
    this.#style = style;
  }

  /** Begins a block after a number of line breaks: 1 begins a line, 2 leave an empty line before it. */
  startBlock(margin: Margin, breaks: number): void {
    this.end();
    this.#quotes = Math.min(this.#margin.quotes, margin.quotes);
    this.#margin = margin;
    this.#isFirst = true;
    this.#breaks = Math.max(this.#breaks, breaks);
  }

  write(text: string, styles: readonly Style[]): void {
    // The last grapheme may go on with this text: an accent, or the second half of a flag.
    const last = this.#word.at(-1);
    const joins = last?.styles.join() === styles.join();
    if (last && joins) this.#pop(last);
    for (const grapheme of graphemesOf((last && joins ? last.text : '') + printable(text))) {
      const [space, after] = /^[ \t]./su.test(grapheme) ? [grapheme.charAt(0), grapheme.slice(1)] : ['', grapheme];
      if (space) this.#push({ text: space, styles });
      this.#push({ text: after, styles });
    }
  }

  /** Writes the open word: no more of it comes. */
  end(): void {
    this.#writeWord();
    this.#space = [];
  }

  #pop({ text }: Span): void {
    this.#word.pop();
    this.#wordCells -= cellsOf(text);
  }

  #push(span: Span): void {
    if (span.text === '\n') {
      this.end();
      this.#breaks = this.#margin.wraps ? 1 : this.#breaks + 1;
      return;
    }
    if (/^[ \t]$/u.test(span.text)) {
      this.#writeWord();
      if (!this.#margin.wraps) this.#space.push(span);
      else if (this.#space.length === 0) this.#space.push({ text: ' ', styles: span.styles });
      return;
    }
    const before = this.#word.at(-1)?.text;
    const cells = cellsOf(span.text);
    const isFull = this.#wordCells + cells > this.#room;
    if (before !== undefined && (isFull || isBreakable(before, span.text))) this.#writeWord();
    this.#word.push(span);
    this.#wordCells += cells;
  }

  #writeWord(): void {
    if (this.#word.length === 0) return;
    if (this.#page.column === 0) this.#isInLine = false;
    if (this.#breaks > 0) this.#breakLine(this.#breaks);
    const { column, columns } = this.#page;
    const needed = this.#space.length + this.#wordCells;
    // After a resize the page may be narrower than the line.
    if (this.#margin.wraps && this.#isInLine && column + needed >= columns) this.#breakLine(1);
    if (this.#page.column === 0) this.#writeMargin();
    const isSpaced = this.#isInLine || !this.#margin.wraps;
    for (const span of joinSpans(isSpaced ? [...this.#space, ...this.#word] : this.#word)) this.#write(span);
    this.#isInLine = true;
    this.#space = [];
    this.#word = [];
    this.#wordCells = 0;
  }

  /** Ends the line, if it has text; of more line breaks, the others are empty lines. */
  #breakLine(breaks: number): void {
    this.#page.startLine();
    for (let index = 1; index < breaks; index++) {
      this.#write({ text: '│ '.repeat(this.#quotes).trimEnd(), styles: ['dim'] });
      this.#page.write({ text: '\n', styles: [] });
    }
    this.#breaks = 0;
    this.#quotes = this.#margin.quotes;
    this.#isInLine = false;
  }

  #write({ text, styles }: Span): void {
    this.#page.write({ text, styles: this.#style ? [this.#style] : styles });
  }

  #writeMargin(): void {
    for (const span of this.#isFirst ? this.#margin.first : this.#margin.rest) this.#write(span);
    this.#isFirst = false;
  }

  /** The cells of a whole line. The last column stays free: a full line has no cursor that can be restored. */
  get #room(): number {
    if (!this.#margin.wraps) return longestUnbroken;
    return Math.max(this.#page.columns - 1 - cellsOf(this.#margin.rest.map(({ text }) => text).join('')), 2);
  }
}
