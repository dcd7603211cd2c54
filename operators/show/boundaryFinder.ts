import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';

/**
 * Takes the next piece of a text and returns the boundaries that are certain with it, ascending: offsets from the
 * beginning of the text. A boundary is certain when no later text can move it. Boundaries between words that touch
 * (Chinese, Thai) and those of a pattern count as certain, although later text could move them. With `isEnd`, no text
 * follows for now, so the uncertain boundaries are returned as well.
 */
export type BoundaryFinder = (piece: string, isEnd?: boolean) => number[];

/**
 * Makes a finder that searches all the text since the last boundary at each piece.
 *
 * @param find - Finds the boundaries in the held text; `known` is the length of its beginning that was held at the last
 * search.
 * @param limit - The longest held text, in UTF-16 units. Of a longer one, the first half is dropped, exactly when this
 * length is reached, so that the boundaries do not depend on the pieces.
 * @param isComplete - Whether the held text can be dropped because it does not affect later boundaries.
 */
export function searchHeldText(
  find: (held: string, isEnd: boolean, known: number) => number[],
  limit: number,
  isComplete?: (held: string) => boolean,
): BoundaryFinder {
  let held = '';
  /** The offset of `held` in the text. */
  let start = 0;
  let known = 0;
  const search = (isEnd: boolean) => {
    const from = start;
    const found = find(held, isEnd, known);
    const done = found.at(-1) ?? (isComplete?.(held) ? held.length : held.length < limit ? 0 : Math.ceil(limit / 2));
    held = held.slice(done);
    start += done;
    known = done > 0 ? 0 : held.length;
    return found.map((end) => from + end);
  };
  return (piece, isEnd = false) => {
    const ends: number[] = [];
    let from = 0;
    do {
      let place = Math.min(from + Math.max(limit - held.length, 1), piece.length);
      // Half a surrogate pair is segmented differently.
      if (place < piece.length && endsInHighSurrogate(piece, place)) place += 1;
      held += piece.slice(from, place);
      from = place;
      // Not spread into the call, which accepts a limited number of arguments.
      for (const end of search(isEnd && from === piece.length)) ends.push(end);
    } while (from < piece.length);
    return ends;
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
