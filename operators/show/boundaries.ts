import { graphemeEnds } from '../../src/chunk/graphemes.js';
import { searchHeldText, type BoundaryFinder } from './boundaryFinder.js';
import { graphemeBoundaries } from './graphemeBoundaries.js';
import { lineBoundaries, paragraphBoundaries } from './lineBoundaries.js';
import { sentenceBoundaries } from './sentenceBoundaries.js';
import { wordBoundaries } from './wordBoundaries.js';

/** The places where a text may be cut: after graphemes, words, lines, sentences, paragraphs or matches of a pattern. */
export type BoundaryKind = 'grapheme' | 'word' | 'line' | 'sentence' | 'paragraph' | RegExp;

/**
 * Prepares the search for one kind of boundary.
 *
 * @param kind - The kind of boundary.
 * @param limit - The longest grapheme, word, sentence or match, in UTF-16 units; a longer one is not searched again.
 * @param locale - The locale of words and sentences.
 * @param isExact - Requires that a word ends only where the next one begins: it has all the white space after it.
 * @returns A function that makes a finder, one for each text.
 * @throws RangeError - If `locale` is not valid.
 */
export function boundaryFinders(
  kind: BoundaryKind,
  limit: number,
  locale?: Intl.LocalesArgument,
  isExact?: boolean,
): () => BoundaryFinder {
  if (kind === 'line') return lineBoundaries;
  if (kind === 'paragraph') return paragraphBoundaries;
  if (kind === 'grapheme') return () => graphemeBoundaries(limit);
  if (kind === 'word') {
    const segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
    return () => wordBoundaries(segmenter, limit, isExact);
  }
  if (kind === 'sentence') {
    const segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' });
    return () => sentenceBoundaries(segmenter, limit);
  }
  // The copy ignores the caller's flags, and leaves the caller's `lastIndex` unchanged.
  const pattern = new RegExp(kind.source, `${kind.flags.replace(/[gy]/gu, '')}g`);
  return () => searchHeldText((held) => matchEnds(pattern, held), limit);
}

/** Leaves out a match that ends inside a grapheme, and an empty match at the start, which would make no progress. */
function matchEnds(pattern: RegExp, held: string): number[] {
  const graphemeEnd = graphemeEnds(held);
  return [...held.matchAll(pattern)]
    .map((match) => match.index + match[0].length)
    .filter((end) => end > 0 && graphemeEnd(end) === end);
}
