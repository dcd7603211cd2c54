import { codeFences } from './codeFences.js';
import { graphemeEnds, graphemeSegmenter } from '../../src/chunk/graphemes.js';
import { segmentsOf } from '../../src/chunk/segments.js';
import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';

/** Where a text may be cut: after graphemes, words, lines, sentences or paragraphs, or after what a pattern matches. */
export type BoundaryKind = 'grapheme' | 'word' | 'line' | 'sentence' | 'paragraph' | RegExp;

/**
 * Takes the next piece of a text and gives the boundaries that it made sure, ascending: offsets from the beginning of
 * the text. A boundary is sure when nothing that may follow can move it; where words touch (Chinese, Thai) and for a
 * pattern, which may have matched more later, it is taken as it stands.
 */
export type BoundaryFinder = (piece: string) => number[];

/**
 * Prepares the search for one kind of boundary.
 *
 * @param kind - What kind.
 * @param limit - A grapheme, word, sentence or match that is longer is given up, in UTF-16 units: its beginning is
 * looked at again with each piece.
 * @param locale - For words and sentences.
 * @returns A function that makes a finder, one for each text.
 * @throws RangeError - If `locale` is none.
 */
export function boundaryFinders(
  kind: BoundaryKind,
  limit: number,
  locale?: Intl.LocalesArgument,
): () => BoundaryFinder {
  if (kind === 'line') return lines;
  if (kind === 'paragraph') return paragraphs;
  if (kind === 'word') {
    const words = new Intl.Segmenter(locale, { granularity: 'word' });
    return () => retaining((held) => wordEnds(words, held), limit);
  }
  if (kind === 'sentence') {
    const segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' });
    return () => sentences(segmenter, limit);
  }
  if (kind === 'grapheme') return () => retaining(allGraphemeEnds, limit);
  // The caller's flags and `lastIndex` stay out of it.
  const pattern = new RegExp(kind.source, `${kind.flags.replace(/[gy]/gu, '')}g`);
  return () => retaining((held) => matchEnds(pattern, held), limit);
}

/**
 * Finds with all the text since the last boundary in view.
 *
 * @param isOver - Whether no held text matters to later text.
 */
function retaining(
  find: (held: string) => number[],
  limit: number,
  isOver?: (held: string) => boolean,
): BoundaryFinder {
  let held = '';
  /** Where `held` begins. */
  let start = 0;
  return (piece) => {
    held += piece;
    const from = start;
    const found = find(held);
    const isForgotten = held.length >= limit || isOver?.(held);
    const done = found.at(-1) ?? (isForgotten ? held.length : 0);
    held = held.slice(done);
    start += done;
    return found.map((end) => from + end);
  };
}

/** What follows may belong to a grapheme: its end is sure once another has begun, and at a line feed. */
function allGraphemeEnds(held: string): number[] {
  const ends: number[] = [];
  // Half a character says nothing of where it belongs.
  const length = endsInHighSurrogate(held) ? held.length - 1 : held.length;
  if (/[\u0300-\uFFFF]/.test(held)) {
    for (const { index } of segmentsOf(graphemeSegmenter(), held)) if (index > 0 && index < length) ends.push(index);
  } else {
    // Below U+0300 nothing belongs together but a CR and its LF, and there the segmenter is slow.
    for (let end = 1; end < length; end++) if (held[end] !== '\n' || held[end - 1] !== '\r') ends.push(end);
  }
  if (held.endsWith('\n')) ends.push(length);
  return ends;
}

/** A word keeps the punctuation that touches it and the white space after it. */
function wordEnds(segmenter: Intl.Segmenter, held: string): number[] {
  const ends: number[] = [];
  let hasWord = false;
  let afterSpace = false;
  let afterWord = false;
  for (const { segment, index, isWordLike = false } of segmentsOf(segmenter, held)) {
    const isSpace = segment.trim() === '';
    // Two words touch where a script has no spaces.
    if (hasWord && !isSpace && (afterSpace || (afterWord && isWordLike))) ends.push(index);
    hasWord ||= !isSpace;
    afterSpace = isSpace;
    afterWord = isWordLike;
  }
  if (hasWord && afterSpace) ends.push(held.length);
  return ends;
}

function lines(): BoundaryFinder {
  let offset = 0;
  return (piece) =>
    linesOf(piece).flatMap((line) => {
      offset += line.length;
      return line.endsWith('\n') ? [offset] : [];
    });
}

/** Blank lines end a paragraph and belong to it; further ones lead the next. A block of code has no blank lines. */
function paragraphs(): BoundaryFinder {
  const isCode = codeFences();
  let offset = 0;
  let hasText = false;
  let isBlank = true;
  return (piece) =>
    linesOf(piece).flatMap((line) => {
      offset += line.length;
      if (isCode(line) || line.trim() !== '') isBlank = false;
      hasText ||= !isBlank;
      if (!line.endsWith('\n')) return [];
      const isEnd = isBlank && hasText;
      if (isEnd) hasText = false;
      isBlank = true;
      return isEnd ? [offset] : [];
    });
}

/** In a block of code a line is a sentence. */
function sentences(segmenter: Intl.Segmenter, limit: number): BoundaryFinder {
  const isCodeLine = codeFences();
  let isCode = false;
  const find = retaining((held) => (isCode ? lineEnd(held) : sentenceEnds(segmenter, held)), limit, endsLine);
  return (piece) =>
    linesOf(piece).flatMap((line) => {
      isCode = isCodeLine(line);
      return find(line);
    });
}

function lineEnd(held: string): number[] {
  return endsLine(held) ? [held.length] : [];
}

/** Whether a line feed ends the text, and so any sentence: lines without a sentence are not searched again. */
function endsLine(held: string): boolean {
  return held.endsWith('\n');
}

/** What `Intl.Segmenter` takes for a sentence and is none: white space, the number of a list item, an abbreviation. */
const noSentence =
  /^(?:\s*|[\s>]*\d+\. *)$|(?:^|[\s("'])(?:Mr|Mrs|Ms|Dr|Prof|St|vs|cf|[eE]\.g|[iI]\.e|z\.B|\p{Lu})\. *$/u;

/** A sentence keeps the white space after it. */
function sentenceEnds(segmenter: Intl.Segmenter, held: string): number[] {
  const ends: number[] = [];
  let unsure: number[] = [];
  let isSentence = false;
  for (const { segment, index } of segmentsOf(segmenter, held)) {
    if (isSentence) unsure.push(index);
    // "No. 5 is" is one sentence, "No. 5 Is" two: what follows a full stop counts up to its first letter.
    if (/\p{L}/u.test(segment)) {
      // Not spread into the call: a call takes only so many arguments.
      for (const end of unsure) ends.push(end);
      unsure = [];
    }
    isSentence = !noSentence.test(segment);
  }
  if (!held.endsWith('\n')) return ends;
  return isSentence ? [...ends, ...unsure, held.length] : [...ends, ...unsure];
}

/** A pattern may match half a character, which is not to be cut; and nothing at the start, which is no progress. */
function matchEnds(pattern: RegExp, held: string): number[] {
  const graphemeEnd = graphemeEnds(held);
  return [...held.matchAll(pattern)]
    .map((match) => match.index + match[0].length)
    .filter((end) => end > 0 && graphemeEnd(end) === end);
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/gu) ?? [];
}
