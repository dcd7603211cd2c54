import { endsInHighSurrogate } from './surrogates.js';

/** A segment of a text, as `Intl.Segmenter` gives it. */
export type Segment = Pick<Intl.SegmentData, 'segment' | 'index' | 'isWordLike'>;

/**
 * The length of text that is segmented at once, in UTF-16 units. On Node 20 each segment costs the length of the whole
 * text.
 */
const defaultSize = 512;

/**
 * The end of a piece that is not trusted for words: where words touch, the text after them decides their ends.
 */
const wordTail = 128;

/** The text before a piece that is read again, for the same reason. */
const wordHead = 64;

/**
 * The segments of a text from `from` on, which is a boundary: the same as those of `segmenter.segment(text)`, but in
 * time linear in the text on every engine.
 *
 * The text is segmented in overlapping pieces. The last two segments of a piece may go on, or be joined by what follows
 * (`can`, `'`, then `t`), so they are segmented once more with the next piece; where no more than that is in a piece, a
 * piece of twice the length is taken.
 */
export function* segmentsOf(
  segmenter: Intl.Segmenter,
  text: string,
  from = 0,
  size = defaultSize,
): Generator<Segment, void> {
  const isWords = segmenter.resolvedOptions().granularity === 'word';
  const [head, tail] = isWords ? [wordHead, wordTail] : [0, 0];
  /** Up to where segments were given, and where the piece begins: both are boundaries. */
  let given = from;
  let start = from;
  let length = size + tail;
  while (given < text.length) {
    const end = pieceEnd(text, start + length);
    const segments = [...segmenter.segment(text.slice(start, end))];
    const isLast = end === text.length;
    const sure = isLast ? segments.length : sureCount(segments, end - start - tail);
    const before = given;
    for (const { segment, index, isWordLike } of segments.slice(0, sure)) {
      if (start + index < given) continue;
      yield { segment, index: start + index, isWordLike: isWordLike ?? false };
      given = start + index + segment.length;
    }
    if (isLast) return;
    if (given === before) length *= 2;
    else {
      start += segments.findLast(({ index }) => start + index <= Math.max(given - head, start))?.index ?? 0;
      length = size + tail + given - start;
    }
  }
}

/** The number of segments that end by `limit`, without the last two. */
function sureCount(segments: readonly Segment[], limit: number): number {
  let count = Math.max(segments.length - 2, 0);
  while (count > 0 && (segments[count]?.index ?? 0) > limit) count -= 1;
  return count;
}

/** An end that is not within a surrogate pair: half a character looks like another one. */
function pieceEnd(text: string, end: number): number {
  if (end >= text.length) return text.length;
  return endsInHighSurrogate(text, end) ? end + 1 : end;
}
