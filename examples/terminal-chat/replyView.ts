import { MarkdownWriter } from './markdown/markdownWriter.js';
import type { Page } from './page.js';

/** Shows a reply on a page as it arrives: Markdown in a terminal, with thoughts dimmed; elsewhere its text, unchanged. */
export class ReplyView {
  readonly #page: Page;
  #writer: MarkdownWriter | undefined;
  #isThinking = false;

  constructor(page: Page) {
    this.#page = page;
  }

  write(thoughts: string, text: string): void {
    this.#write(thoughts, true);
    this.#write(text, false);
  }

  /** Makes room for a note. */
  pause(): void {
    this.#writer?.pause();
    this.#page.startLine();
  }

  /** Shows all that is held, at the end of the reply or where it was cut off. */
  end(): void {
    this.#writer?.end();
    this.#page.startLine();
  }

  #write(text: string, isThought: boolean): void {
    if (text === '') return;
    if (!this.#page.isTerminal) {
      this.#page.write({ text, styles: [] });
      return;
    }
    if (!this.#writer || isThought !== this.#isThinking) {
      this.end();
      // An empty line between thoughts and the answer.
      if (this.#writer) this.#page.write({ text: '\n', styles: [] });
      this.#writer = new MarkdownWriter(this.#page, isThought ? 'dim' : undefined);
      this.#isThinking = isThought;
    }
    this.#writer.write(text);
  }
}
