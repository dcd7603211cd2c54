import { segmentsOf, type Segment } from './segments.js';

let segmenter: Intl.Segmenter | undefined;

/** The segmenter of graphemes, the default, made at its first use, which takes longer than loading this library. */
export function graphemeSegmenter(): Intl.Segmenter {
  return (segmenter ??= new Intl.Segmenter());
}

/**
 * Makes a function that returns the last end of a grapheme at or before a place in a text; the places must ascend. The
 * function reads only the text between one place and the next, so that all places together take time linear in the
 * text.
 */
export function graphemeEnds(text: string): (place: number) => number {
  let known = 0;
  /** The segments after `known`, and the next of them. */
  let rest = segmentsOf(graphemeSegmenter(), text, 0, size);
  let next: Segment | undefined;
  return (wanted) => {
    const place = Math.min(wanted, text.length);
    let start = place;
    while (start > known && !isPlainBreak(text, start)) start -= 1;
    if (start > known) {
      known = start;
      rest = segmentsOf(graphemeSegmenter(), text, known, size);
      next = undefined;
    }
    while (known < place) {
      next ??= rest.next().value ?? undefined;
      if (!next || next.index + next.segment.length > place) break;
      known = next.index + next.segment.length;
      next = undefined;
    }
    return known;
  };
}

/**
 * Makes a function that returns the first end of a grapheme at or after a place in a text; the places must ascend. All
 * places together take time linear in the text.
 */
export function graphemeEndsAfter(text: string): (place: number) => number {
  const endBefore = graphemeEnds(text);
  let known = 0;
  return (place) => {
    if (place <= known) return known;
    const start = endBefore(place);
    known = start < Math.min(place, text.length) ? start + graphemeAt(text, start).length : start;
    return known;
  };
}

function graphemeAt(text: string, start: number): string {
  return segmentsOf(graphemeSegmenter(), text, start, size).next().value?.segment ?? '';
}

/** The length of text that is segmented at once; short, because most places are close to a known end. */
const size = 64;

/** Whether a grapheme surely ends at a place: between two characters that never join others. */
function isPlainBreak(text: string, place: number): boolean {
  const [before, after] = [text.charCodeAt(place - 1), text.charCodeAt(place)];
  return isPlain(before) && isPlain(after) && !(before === 0x0d && after === 0x0a);
}

/** Whether a character never joins another: below the combining marks, or of the common kana, Han and Hangul. */
function isPlain(code: number): boolean {
  return (
    code < 0x300 ||
    (code >= 0x3041 && code <= 0x3096) ||
    (code >= 0x30a1 && code <= 0x30fa) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3)
  );
}
