import { lex } from './lex.js';
import { block } from './markdown.js';
import { patchChildren } from './patch.js';

let tables = 0;

/** Markdown that grows. A block that is finished is rendered once; only the last one is rendered again. */
export class GrowingText {
  readonly #element: HTMLElement;
  /** The length of the text that is finished, and the number of its nodes. */
  #length = 0;
  #nodes = 0;
  #hasReferences = false;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** @param isOver - Whether no more text will come; the text may be cut off all the same. */
  render(text: string, isOver: boolean): void {
    // The lexer reads them so, too: its lengths are those of this text.
    const lines = text.replace(/\r\n?/g, '\n');
    this.#grow(lines, isOver);
    if (!isOver || !this.#hasReferences) return;
    // A link may be defined after the block that uses it.
    this.restart();
    this.#grow(lines, isOver);
  }

  /** The text comes again, whole. */
  restart(): void {
    this.#length = this.#nodes = 0;
  }

  #grow(text: string, isOver: boolean): void {
    const tokens = lex(text.slice(this.#length));
    this.#hasReferences ||= Object.keys(tokens.links).length > 0;
    const last = tokens.findLastIndex(({ type }) => type !== 'space');
    const made = document.createDocumentFragment();
    let [length, nodes] = [this.#length, this.#nodes];
    for (const [index, token] of tokens.entries()) {
      if (index === last) nodes = this.#nodes + made.childNodes.length;
      if (index < last) length += token.raw.length;
      made.append(block(token, index === last && !isOver));
    }
    patchChildren(this.#element, made, this.#nodes);
    [this.#length, this.#nodes] = [length, nodes];
    for (const table of this.#element.querySelectorAll('.table:not([aria-label])'))
      table.setAttribute('aria-label', `Table ${++tables}`);
  }
}
