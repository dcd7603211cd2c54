import type { Pen } from './drawing.js';
import type { Label } from './labels.js';
import type { Sign } from './signs.js';

/** The most that a sign stands out to each side, in px. */
const signReach = 16;

/** Passes each mark on to the pens of the strips that it lies on. */
export class StripedPen implements Pen {
  readonly #pens: readonly Pen[];
  readonly #width: number;

  /** @param width - The width of a strip. */
  constructor(pens: readonly Pen[], width: number) {
    this.#pens = pens;
    this.#width = width;
  }

  line(x1: number, x2: number, y: number): void {
    for (const pen of this.#between(x1, x2)) pen.line(x1, x2, y);
  }

  eraseLine(x1: number, x2: number, y: number): void {
    for (const pen of this.#between(x1, x2 + 1)) pen.eraseLine(x1, x2, y);
  }

  ribbon(x1: number, y1: number, x2: number, y2: number, width: number, colour: number): void {
    const left = Math.min(x1, x2) - width;
    const right = Math.max(x1, x2) + width;
    for (const pen of this.#between(left, right)) pen.ribbon(x1, y1, x2, y2, width, colour);
  }

  marble(x: number, y: number, radius: number, colour: number, isCrowded: boolean): void {
    for (const pen of this.#between(x - radius - 2, x + radius + 2)) pen.marble(x, y, radius, colour, isCrowded);
  }

  sign(x: number, y: number, sign: Sign, isBehind: boolean): void {
    for (const pen of this.#between(x - signReach, x + signReach)) pen.sign(x, y, sign, isBehind);
  }

  label(left: number, y: number, label: Label): void {
    for (const pen of this.#between(left - 4, left + this.measure(label.text) + 4)) pen.label(left, y, label);
  }

  measure(text: string): number {
    return this.#pens[0]?.measure(text) ?? 0;
  }

  #between(left: number, right: number): readonly Pen[] {
    return this.#pens.slice(Math.max(0, Math.floor(left / this.#width)), Math.floor(right / this.#width) + 1);
  }
}
