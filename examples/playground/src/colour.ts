/** A colour for each place in the reply, so that a text is known again wherever it shows up: blue, violet, rose. */
export function colourAt(at: number): string {
  const share = Math.min(at / longest, 1);
  return `oklch(var(--marble-lightness) var(--marble-chroma) ${String(Math.round(250 + share * 120))})`;
}

/** The length of the reply at which the last colour is reached, in characters. */
const longest = 780;
