import { colourAt } from './colour.ts';
import { byId, html } from './element.ts';
import type { Mark, Row } from './marks.ts';

/** The text of a row as a reader sees it, each piece tinted like its marble. */
export class TextPanel {
  readonly #panel: HTMLElement;
  readonly #count: HTMLElement;
  readonly #unit: string;
  #pieces = 0;

  constructor(row: Row, unit: string) {
    this.#panel = byId(`text-${row}`);
    this.#count = byId(`count-${row}`);
    this.#unit = unit;
  }

  begin(): void {
    this.#pieces = 0;
    this.#panel.replaceChildren();
    this.#showCount();
  }

  mark(mark: Mark): void {
    if (mark.type !== 'text') return;
    const { text, at } = mark;
    const piece = html('span', 'piece', text);
    piece.style.setProperty('--tint', colourAt(at + text.length / 2));
    this.#panel.append(piece);
    this.#panel.scrollTop = this.#panel.scrollHeight;
    this.#pieces += 1;
    this.#showCount();
  }

  #showCount(): void {
    this.#count.textContent = `${String(this.#pieces)} ${this.#unit}`;
  }
}
