import { lineY, radiusOf } from './geometry.js';
import { Surface } from './surface.js';
import type { Theme } from './theme.js';

const size = 44;

/** A dashed circle at the present, as large as the text that has come and is not out yet. */
export class HeldRing {
  readonly #surface = new Surface('stage-held');
  readonly #y: number;
  /** What is drawn: another radius, or other colours, are drawn anew. */
  #drawn = '';

  constructor(row: number) {
    this.#y = lineY(row) - size / 2;
  }

  get element(): HTMLElement {
    return this.#surface.canvas;
  }

  show(held: number, x: number, width: number, theme: Theme, ratio: number): void {
    const radius = held > 0 ? Math.round(radiusOf(held, width) * 2) / 2 : 0;
    const key = `${String(radius)} ${theme.accent} ${String(ratio)}`;
    if (key !== this.#drawn) this.#draw(radius, theme, ratio);
    this.#drawn = key;
    this.element.style.transform = `translate(${(x - size / 2).toFixed(1)}px, ${String(this.#y)}px)`;
  }

  #draw(radius: number, theme: Theme, ratio: number): void {
    const { context } = this.#surface;
    this.#surface.reset(size, size, ratio);
    if (radius === 0) return;
    context.beginPath();
    context.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
    context.globalAlpha = 0.14;
    context.fillStyle = theme.accent;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    context.setLineDash([3, 3]);
    context.stroke();
  }
}
