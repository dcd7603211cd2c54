import type { Pen } from './drawing.js';
import type { Label } from './labels.js';
import type { MarbleSprites } from './marbleSprites.js';
import type { Sign } from './signs.js';
import type { Theme } from './theme.js';

export const fontSize = 11.5;
export const ribbonOpacity = 0.42;

/** Draws on a canvas whose unit is the pixel of CSS. Marks that belong behind others are drawn under the pixels that are there. */
export class CanvasPen implements Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #theme: Theme;
  readonly #ratio: number;
  readonly #sprites: MarbleSprites;
  readonly #paths = new Map<string, Path2D>();
  readonly #font: string;

  constructor(context: CanvasRenderingContext2D, theme: Theme, sprites: MarbleSprites, ratio: number, family: string) {
    this.#context = context;
    this.#theme = theme;
    this.#sprites = sprites;
    this.#ratio = ratio;
    this.#font = `${String(fontSize)}px ${family}`;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.font = this.#font;
  }

  line(x1: number, x2: number, y: number): void {
    this.#behind(() => {
      this.#context.fillStyle = this.#theme.muted;
      // Whole pixels, or the seams between two frames would show.
      const left = Math.round(x1 * this.#ratio) / this.#ratio;
      const right = Math.round(x2 * this.#ratio) / this.#ratio;
      this.#context.fillRect(left, y - 1, right - left, 2);
    });
  }

  eraseLine(x1: number, x2: number, y: number): void {
    this.#context.clearRect(x1, y - 1, x2 - x1 + 1, 2);
  }

  ribbon(x1: number, y1: number, x2: number, y2: number, width: number, colour: number): void {
    this.#behind((context) => {
      context.globalAlpha = ribbonOpacity;
      context.strokeStyle = this.#theme.marbles[colour] ?? this.#theme.ink;
      context.lineWidth = width;
      context.lineCap = 'butt';
      const middle = (y1 + y2) / 2;
      context.beginPath();
      context.moveTo(x1, y1);
      context.bezierCurveTo(x1, middle, x2, middle, x2, y2);
      context.stroke();
      context.lineCap = 'round';
      context.globalAlpha = 1;
    });
  }

  marble(x: number, y: number, radius: number, colour: number, isCrowded: boolean): void {
    this.#sprites.draw(this.#context, x, y, radius, colour, !isCrowded);
  }

  sign(x: number, y: number, sign: Sign, isBehind: boolean): void {
    const draw = (context: CanvasRenderingContext2D) => {
      context.translate(x, y);
      const path = this.#path(sign.path);
      this.#halo(path, sign, isBehind);
      if (sign.fill) {
        context.fillStyle = this.#theme[sign.fill];
        context.fill(path);
      }
      context.strokeStyle = this.#theme[sign.stroke];
      context.lineWidth = sign.width;
      context.stroke(path);
      if (sign.letter) this.#letter(sign.letter);
      context.translate(-x, -y);
    };
    if (isBehind) this.#behind(draw);
    else draw(this.#context);
  }

  label(left: number, y: number, { text, tone }: Label): void {
    const context = this.#context;
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    context.font = tone === 'bad' ? `600 ${this.#font}` : this.#font;
    context.strokeStyle = this.#theme.card;
    context.lineWidth = 4;
    context.strokeText(text, left, y);
    context.fillStyle = this.#theme[tone];
    context.fillText(text, left, y);
  }

  measure(text: string): number {
    this.#context.font = `600 ${this.#font}`;
    return this.#context.measureText(text).width;
  }

  /** A seam in the colour of the ground sets a sign off from what it lies on. */
  #halo(path: Path2D, { width }: Sign, isBehind: boolean): void {
    if (isBehind) return;
    this.#context.strokeStyle = this.#theme.card;
    this.#context.lineWidth = width + 3;
    this.#context.stroke(path);
  }

  #letter(letter: string): void {
    const context = this.#context;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = `700 ${this.#font}`;
    context.fillStyle = this.#theme.ink;
    context.fillText(letter, 0, 0.5);
  }

  #behind(draw: (context: CanvasRenderingContext2D) => void): void {
    this.#context.globalCompositeOperation = 'destination-over';
    draw(this.#context);
    this.#context.globalCompositeOperation = 'source-over';
  }

  #path(path: string): Path2D {
    const known = this.#paths.get(path) ?? new Path2D(path);
    this.#paths.set(path, known);
    return known;
  }
}
