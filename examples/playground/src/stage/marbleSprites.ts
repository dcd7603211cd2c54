import type { Theme } from './theme.js';

/** Room around a circle for its edge, in px. */
const edge = 2;

/** Circles in all colours, drawn once for each radius and copied from then on, which is much faster than to draw them. */
export class MarbleSprites {
  readonly #theme: Theme;
  readonly #ratio: number;
  /** By the diameter, negative without an edge: circles side by side, one for each colour. */
  readonly #strips = new Map<number, HTMLCanvasElement>();

  constructor(theme: Theme, ratio: number) {
    this.#theme = theme;
    this.#ratio = ratio;
  }

  draw(
    context: CanvasRenderingContext2D,
    x: number,
    y: number,
    radius: number,
    colour: number,
    hasEdge: boolean,
  ): void {
    const diameter = Math.round(radius * 2);
    const size = diameter + 2 * edge;
    const pixels = Math.ceil(size * this.#ratio);
    const strip = this.#strip(diameter, pixels, hasEdge);
    context.drawImage(strip, colour * pixels, 0, pixels, pixels, x - size / 2, y - size / 2, size, size);
  }

  #strip(diameter: number, pixels: number, hasEdge: boolean): HTMLCanvasElement {
    const key = hasEdge ? diameter : -diameter;
    const known = this.#strips.get(key);
    if (known) return known;
    const { marbles, card } = this.#theme;
    const strip = Object.assign(document.createElement('canvas'), { width: pixels * marbles.length, height: pixels });
    const context = strip.getContext('2d');
    for (const [index, colour] of marbles.entries()) {
      if (!context) break;
      context.beginPath();
      context.arc((index + 0.5) * pixels, pixels / 2, (diameter / 2) * this.#ratio, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      if (!hasEdge) continue;
      context.strokeStyle = card;
      context.lineWidth = 1.25 * this.#ratio;
      context.stroke();
    }
    this.#strips.set(key, strip);
    return strip;
  }
}
