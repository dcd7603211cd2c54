/** Words a chunk, as many as a model sends at once. */
const WORDS = 3;

/**
 * Cuts a text into pieces of a few words that join to the same text. A long run without spaces is cut as well, between
 * code points. At least one piece, for an empty text an empty one.
 */
export function splitText(text: string): readonly [string, ...string[]] {
  const words = text.match(/\s*\S{1,16}(?:\s+$)?/gu) ?? [text];
  const pieces: string[] = [];
  for (let at = WORDS; at < words.length; at += WORDS) pieces.push(words.slice(at, at + WORDS).join(''));
  return [words.slice(0, WORDS).join(''), ...pieces];
}
