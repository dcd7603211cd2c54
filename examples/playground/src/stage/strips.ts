import { CanvasPen } from './canvasPen.js';
import { element } from './dom.js';
import type { Pen } from './drawing.js';
import type { MarbleSprites } from './marbleSprites.js';
import { StripedPen } from './stripedPen.js';
import { Surface } from './surface.js';
import type { Theme } from './theme.js';

/** About the width of a strip, in px. */
const stripWidth = 256;

/** The ground of the diagram: canvases side by side. A frame changes only the one at the present, and the browser copies no other. */
export class Strips {
  readonly element = element('div', { className: 'stage-strips', ariaHidden: 'true' });
  #surfaces: readonly Surface[] = [];
  /** Whole pixels of the screen, so that no seam shows. */
  #width = stripWidth;

  /** Clears them, and gives them a size in all. */
  reset(width: number, height: number, ratio: number): void {
    this.#width = Math.round(stripWidth * ratio) / ratio;
    const count = Math.ceil(width / this.#width);
    this.#surfaces = Array.from({ length: count }, (_, index) => this.#surfaces[index] ?? new Surface('stage-strip'));
    for (const [index, surface] of this.#surfaces.entries()) {
      const left = index * this.#width;
      surface.reset(Math.min(this.#width, width - left), height, ratio);
      surface.context.translate(-left, 0);
      surface.canvas.style.left = `${String(left)}px`;
    }
    this.element.replaceChildren(...this.#surfaces.map(({ canvas }) => canvas));
  }

  pen(theme: Theme, sprites: MarbleSprites, ratio: number, family: string): Pen {
    const pens = this.#surfaces.map(({ context }) => new CanvasPen(context, theme, sprites, ratio, family));
    return new StripedPen(pens, this.#width);
  }
}
