import { segmentsOf, type Segment } from './segments.js';

let segmenter: Intl.Segmenter | undefined;

/** The segmenter of graphemes, made when it is first wanted: to make one takes longer than to load this library. */
export function graphemeSegmenter(): Intl.Segmenter {
  return (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }));
}

/**
 * Makes a function that returns the last end of a grapheme at or before a place in a text; the places must ascend.
 * Looks only at what is between the last one and the next, so that all of them together cost the length of the text.
 */
export function graphemeEnds(text: string): (place: number) => number {
  let known = 0;
  /** The segments after `known`, and the first of them. */
  let rest = segmentsOf(graphemeSegmenter(), text, 0, size);
  let next: Segment | undefined;
  return (place) => {
    if (place >= text.length) return text.length;
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

/** The length of text that is segmented at once: most places are close behind one that is sure. */
const size = 64;

/** Whether a grapheme ends between two characters that are whole by themselves. */
function isPlainBreak(text: string, place: number): boolean {
  const [before, after] = [text.charCodeAt(place - 1), text.charCodeAt(place)];
  return isPlain(before) && isPlain(after) && !(before === 0x0d && after === 0x0a);
}

/** Whether a character surely joins no other: one below the combining marks, or kana, Han, Hangul, which are common. */
function isPlain(code: number): boolean {
  return (
    code < 0x300 ||
    (code >= 0x3041 && code <= 0x3096) ||
    (code >= 0x30a1 && code <= 0x30fa) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3)
  );
}
