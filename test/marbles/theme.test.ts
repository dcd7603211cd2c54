import { describe, expect, it } from 'vitest';
import { dark, light, type Scheme } from './theme.js';

/** The relative luminance of a colour, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s scheme', (_, scheme: Scheme) => {
  const { card, code, tones } = scheme;

  it('has texts with a contrast of at least 4.5', () => {
    const texts = [
      [card, scheme.ink],
      [card, scheme.muted],
      [card, scheme.error],
      [scheme.value, scheme.ink],
      [scheme.mark, scheme.markInk],
      [scheme.finish, scheme.finishInk],
      [code, scheme.codeInk],
      [code, scheme.call],
      ...tones,
      // The lines of a screen are on the card.
      ...tones.map(([, ink]) => [card, ink] as const),
    ] as const;
    expect(texts.filter(([fill, ink]) => contrast(fill, ink) < 4.5)).toEqual([]);
  });

  it('has signs with a contrast of at least 3', () => {
    const signs = [scheme.line, scheme.ink, scheme.error, scheme.muted, scheme.markEdge, scheme.bar];
    expect(signs.filter((sign) => contrast(card, sign) < 3)).toEqual([]);
  });
});
