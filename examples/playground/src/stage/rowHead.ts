import { element, setText } from './dom.js';
import { rowHeight } from './geometry.js';
import type { Outcome } from './outcome.js';

/** The title of a row in the diagram, and its outcome. */
export class RowHead {
  readonly element: HTMLElement;
  readonly #outcome = element('span', { className: 'stage-outcome' });

  constructor(title: string, row: number) {
    this.element = element('div', { className: 'stage-row-head' });
    this.element.append(element('span', { className: 'stage-row-title', textContent: title, title }), this.#outcome);
    this.element.style.top = `${String(row * rowHeight)}px`;
  }

  show({ tone, words }: Outcome): void {
    this.#outcome.dataset['tone'] = tone;
    setText(this.#outcome, words);
  }
}
