import { BlockWriter } from './blockWriter.js';
import type { Page, Style } from '../page.js';
import { OpenCode } from './openCode.js';
import { readLine, type Line } from './readLine.js';

/**
 * Reads Markdown as it arrives, and shows each part of a line as soon as its meaning is known. What is on the page stays
 * as it is. A table waits for its end, because its last row decides on the width of its columns.
 */
export class BlockReader {
  readonly #blocks: BlockWriter;
  /** The beginning of a line, until that decides what the line is. */
  #held = '';
  #isDecided = false;
  #isParagraph = false;
  #code: OpenCode | undefined;
  /** The rows of the table that is open. */
  #rows: Line[] = [];

  constructor(page: Page, style?: Style) {
    this.#blocks = new BlockWriter(page, style);
  }

  write(text: string): void {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) this.#endLine();
      if (this.#isDecided) this.#writeText(piece);
      else if (piece !== '') {
        this.#held += piece;
        this.#begin(false);
      }
    }
  }

  /** Ends the text, which may have been cut off anywhere. */
  end(): void {
    // A mark without a text is not shown.
    const isHalf = this.#code !== undefined || /^[\s>]*(?:[-*_=]+|(?:`{3,}|~{3,})[^`]*)$/.test(this.#held);
    if (this.#held !== '' && !isHalf) this.#begin(true);
    this.#blocks.endBlock(true);
    this.#endTable();
    if (this.#code) this.#blocks.closeCode();
    this.#blocks.writeWord();
  }

  /** Shows the open word, because something else is about to be written. */
  pause(): void {
    this.#blocks.writeWord();
  }

  #endLine(): void {
    this.#begin(true);
    this.#held = '';
    this.#isDecided = false;
    if (this.#code) this.#blocks.code('\n');
    else if (this.#isParagraph) this.#blocks.text('\n');
    else this.#blocks.endBlock();
  }

  #writeText(text: string): void {
    if (this.#code) this.#blocks.code(text);
    else this.#blocks.text(text);
  }

  /** Begins the held line, if its meaning is known. */
  #begin(isWhole: boolean): void {
    if (this.#isDecided || this.#beginCodeLine(isWhole)) return;
    const line = readLine(this.#held, isWhole);
    if (!line) return;
    this.#isDecided = true;
    this.#beginLine(line);
  }

  /** Returns false if the line is not in a block of code. */
  #beginCodeLine(isWhole: boolean): boolean {
    const line = this.#code?.read(this.#held, isWhole);
    if (!this.#code || line === 'outside') {
      this.#closeCode();
      return false;
    }
    this.#isDecided = line !== undefined;
    if (line === 'closing') this.#closeCode();
    else if (line) this.#blocks.code(line.text);
    return true;
  }

  #closeCode(): void {
    if (this.#code) this.#blocks.closeCode();
    this.#code = undefined;
  }

  #beginLine(line: Line): void {
    const { kind, level, rest } = line;
    if (kind !== 'row') this.#endTable();
    const continues = this.#isParagraph && line.markers.length === 0 && line.quotes <= this.#blocks.quotes;
    const isText = kind === 'text' || (kind === 'underline' && !continues);
    this.#isParagraph = isText;
    if (isText) {
      if (!continues) this.#blocks.start(line);
      this.#blocks.text(rest);
    } else if (kind === 'row') {
      this.#rows.push(line);
    } else if (kind === 'blank') {
      this.#blocks.endBlock();
      this.#blocks.space();
    } else if (kind === 'fence') {
      this.#code = new OpenCode(line);
      this.#blocks.openCode(line, this.#code.language);
    } else if (kind === 'heading') {
      this.#blocks.space();
      this.#blocks.start(line, level === 1 ? ['bold', 'underline'] : ['bold']);
      this.#blocks.text(rest);
    } else {
      this.#blocks.rule(line);
    }
  }

  #endTable(): void {
    this.#blocks.table(this.#rows);
    this.#rows = [];
  }
}
