/**
 * Takes the next piece of a text and returns the boundaries that are certain with it, ascending: offsets from the
 * beginning of the text. A boundary is certain when no later text can move it. Boundaries between words that touch
 * (Chinese, Thai) and those of a pattern count as certain, although later text could move them.
 */
export type BoundaryFinder = (piece: string) => number[];

/**
 * Makes a finder that searches all the text since the last boundary at each piece.
 *
 * @param find - Finds the boundaries in the held text.
 * @param limit - The longest held text, in UTF-16 units; a longer one is dropped and not searched again.
 * @param isComplete - Whether the held text can be dropped because it does not affect later boundaries.
 */
export function searchHeldText(
  find: (held: string) => number[],
  limit: number,
  isComplete?: (held: string) => boolean,
): BoundaryFinder {
  let held = '';
  /** The offset of `held` in the text. */
  let start = 0;
  return (piece) => {
    held += piece;
    const from = start;
    const found = find(held);
    const isDropped = held.length >= limit || isComplete?.(held);
    const done = found.at(-1) ?? (isDropped ? held.length : 0);
    held = held.slice(done);
    start += done;
    return found.map((end) => from + end);
  };
}

/** The lines of a text, with their line feeds. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/gu) ?? [];
}

/** Whether a line feed ends the text. */
export function endsLine(text: string): boolean {
  return text.endsWith('\n');
}
