import type { Pen } from './drawing.js';
import type { Label } from './labels.js';
import type { Sign } from './signs.js';
import type { Theme } from './theme.js';

/** Writes the marks of a diagram as elements of an SVG: what belongs behind comes first. */
export class SvgPen implements Pen {
  readonly #theme: Theme;
  readonly #lines: string[] = [];
  readonly #ribbons: string[] = [];
  readonly #marks: string[] = [];
  readonly #labels: string[] = [];

  constructor(theme: Theme) {
    this.#theme = theme;
  }

  get text(): string {
    const ribbons = `<g fill="none" opacity="0.42">${this.#ribbons.join('')}</g>`;
    return [ribbons, ...this.#lines, ...this.#marks, ...this.#labels].join('\n');
  }

  line(x1: number, x2: number, y: number): void {
    const { muted } = this.#theme;
    this.#lines.push(`<path d="M${at(x1, y)}H${round(x2)}" stroke="${muted}" stroke-width="2"/>`);
  }

  /** No line of a run that is over has run ahead. */
  eraseLine(): void {
    return;
  }

  ribbon(x1: number, y1: number, x2: number, y2: number, width: number, colour: number): void {
    const middle = (y1 + y2) / 2;
    const path = `M${at(x1, y1)}C${at(x1, middle)} ${at(x2, middle)} ${at(x2, y2)}`;
    this.#ribbons.push(`<path d="${path}" stroke="${this.#marble(colour)}" stroke-width="${round(width)}"/>`);
  }

  marble(x: number, y: number, radius: number, colour: number, isCrowded: boolean): void {
    const edge = isCrowded ? '' : ` stroke="${this.#theme.card}" stroke-width="1.25"`;
    const fill = this.#marble(colour);
    this.#marks.push(`<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${fill}"${edge}/>`);
  }

  sign(x: number, y: number, { path, stroke, width, fill, letter }: Sign, isBehind: boolean): void {
    const outline = `<path d="${path}" fill="${fill ? this.#theme[fill] : 'none'}" stroke="${this.#theme[stroke]}" stroke-width="${round(width)}"/>`;
    const inside = letter
      ? `<text y="4" text-anchor="middle" font-weight="700" fill="${this.#theme.ink}">${escaped(letter)}</text>`
      : '';
    const group = `<g transform="translate(${at(x, y)})" stroke-linecap="round" stroke-linejoin="round">${outline}${inside}</g>`;
    (isBehind ? this.#lines : this.#marks).push(group);
  }

  label(left: number, y: number, { text, tone }: Label): void {
    this.#labels.push(
      `<text x="${round(left)}" y="${round(y)}" fill="${this.#theme[tone]}" stroke="${this.#theme.card}" ` +
        `stroke-width="4" stroke-linejoin="round" paint-order="stroke">${escaped(text)}</text>`,
    );
  }

  /** There is no font to ask: rather too wide than labels on each other. */
  measure(text: string): number {
    return text.length * 6.6;
  }

  #marble(colour: number): string {
    return this.#theme.marbles[colour] ?? this.#theme.ink;
  }
}

function at(x: number, y: number): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text for XML, without the control characters that it cannot have. */
export function escaped(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
