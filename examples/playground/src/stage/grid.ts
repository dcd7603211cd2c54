import { element } from './dom.js';
import { lineY } from './geometry.js';
import { tickLabel, ticks, xOf, type Scale } from './scale.js';

/** The axis, and a faint line where each row runs. It is not drawn on the canvas, so a frame does not have to blend it. */
export class Grid {
  readonly element = element('div', { className: 'stage-grid', ariaHidden: 'true' });
  readonly #bases: readonly HTMLElement[];

  constructor(rows: number) {
    this.#bases = Array.from({ length: rows }, (_, row) => {
      const base = element('div', { className: 'stage-base' });
      base.style.top = `${String(lineY(row))}px`;
      return base;
    });
  }

  show(scale: Scale): void {
    const marks = ticks(scale).map((time) => {
      const mark = element('div', { className: 'stage-tick' }, element('span', {}, tickLabel(time)));
      mark.style.left = `${String(Math.round(xOf(time, scale)))}px`;
      return mark;
    });
    this.element.replaceChildren(...this.#bases, ...marks);
  }
}
