import { styleText } from 'node:util';
import type { ReplyProgress } from '../chunk/annotations.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { stripControls } from '../errors/stripControls.js';
import { redact } from '../errors/redact.js';
import { Column } from './column.js';
import { progressLine } from './statusLines.js';

type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

/**
 * Writes the reply to stdout; progress and notes to stderr.
 *
 * If stderr is a terminal, it shows a progress line below the text. The cursor stays at the end of the text: the line
 * is written a row lower and the cursor is moved back; the line is erased before more text is written.
 */
export class Display {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #column = new Column();
  #isLineShown = false;

  constructor(stdout: Output, stderr: Output) {
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** Writes a chunk's text, and the progress of the reply. */
  show(chunk: GeminiChunk): void {
    // A prompt may make a model write terminal commands.
    const text = stripControls(chunk.text);
    if (text !== '') {
      this.#erase();
      this.#stdout.write(text);
      if (this.#stdout.isTTY) this.#column.write(text);
    }
    if (chunk.progress) this.#draw(chunk.progress, chunk.metrics?.tokensPerSecond);
  }

  /** Writes a line to stderr, below the text. */
  note(text: string): void {
    this.end();
    const line = redact(text);
    this.#stderr.write(`${this.#stderr.isTTY ? styleText('dim', line) : line}\n`);
  }

  /** Erases the progress line; in a terminal, ends the current line of text. */
  end(): void {
    this.#erase();
    if (this.#column.at > 0) this.#stdout.write('\n');
    this.#column.reset();
  }

  #draw(progress: ReplyProgress, tokensPerSecond: number | undefined): void {
    const { isTTY, columns } = this.#stderr;
    // At the edge, a terminal postpones the wrap, which moving the cursor would cancel. The next chunk draws the line.
    if (!isTTY || (this.#column.at > 0 && this.#column.at % columns === 0)) return;
    const line = progressLine(progress, tokensPerSecond, columns);
    // Moving down and up again makes room at the bottom of the screen, in the same column.
    this.#stderr.write(`\u001BD\u001B[A\u001B7\u001B[B\r\u001B[2K${line}\u001B8`);
    this.#isLineShown = true;
  }

  #erase(): void {
    if (!this.#isLineShown) return;
    this.#stderr.write('\u001B7\u001B[B\r\u001B[2K\u001B8');
    this.#isLineShown = false;
  }
}
