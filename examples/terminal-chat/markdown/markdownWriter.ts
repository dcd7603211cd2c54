import type { Page, Style } from '../page.js';
import { BlockReader } from './blockReader.js';

/**
 * Shows Markdown on a page while it arrives in pieces, which may be cut anywhere: the page is the same for every cut.
 */
export class MarkdownWriter {
  readonly #blocks: BlockReader;
  /** Half a character. */
  #half = '';

  constructor(page: Page, style?: Style) {
    this.#blocks = new BlockReader(page, style);
  }

  write(piece: string): void {
    const [whole = '', half = ''] = (this.#half + piece).split(/([\uD800-\uDBFF])$/);
    this.#half = half;
    this.#blocks.write(whole.replaceAll('\r', ''));
  }

  /** Shows the open word, because something else is about to be written. */
  pause(): void {
    this.#blocks.pause();
  }

  /** Shows all that is held, at the end of the text or where it was cut off. */
  end(): void {
    this.#blocks.end();
  }
}
