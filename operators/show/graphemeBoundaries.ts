import { graphemeSegmenter } from '../../src/chunk/graphemes.js';
import { segmentsOf } from '../../src/chunk/segments.js';
import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';
import { searchHeldText, type BoundaryFinder } from './boundaryFinder.js';

/** A grapheme ends where the next one begins, because later text may still join it, and after a line feed. */
export function graphemeBoundaries(limit: number): BoundaryFinder {
  return searchHeldText(certainEnds, limit);
}

function certainEnds(held: string): number[] {
  const ends: number[] = [];
  // Half a surrogate pair may still join the grapheme before it.
  const length = endsInHighSurrogate(held) ? held.length - 1 : held.length;
  if (/[\u0300-\uFFFF]/.test(held)) {
    for (const { index } of segmentsOf(graphemeSegmenter(), held)) if (index > 0 && index < length) ends.push(index);
  } else {
    // Below U+0300, where the segmenter is slow, only CR and LF join.
    for (let end = 1; end < length; end++) if (held[end] !== '\n' || held[end - 1] !== '\r') ends.push(end);
  }
  if (held.endsWith('\n')) ends.push(length);
  return ends;
}
