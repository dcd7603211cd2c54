const graphemes = new Intl.Segmenter();

/** The characters of a text as a person counts them: `é`, 🇨🇭 and 👩‍🚀 are one each. */
export function graphemesOf(text: string): string[] {
  return /^[ -~]*$/.test(text) ? text.split('') : Array.from(graphemes.segment(text), ({ segment }) => segment);
}
