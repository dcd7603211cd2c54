/** How many characters make a token, roughly, in English. */
export const CHARS_PER_TOKEN = 4;

/** A plausible number of tokens for so many characters. */
export function estimateTokens(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}
