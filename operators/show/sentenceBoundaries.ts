import { segmentsOf } from '../../src/chunk/segments.js';
import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';
import { endsLine, splitLines, searchHeldText, type BoundaryFinder } from './boundaryFinder.js';
import { trackCodeFences } from './codeFences.js';

/** A sentence includes the white space after it and ends with its line; in a block of code each line is a sentence. */
export function sentenceBoundaries(segmenter: Intl.Segmenter, limit: number): BoundaryFinder {
  const patterns = sentencePatterns();
  const isCodeLine = trackCodeFences();
  let isCode = false;
  /** The place in the held text before which no terminator is left that may end a sentence. */
  let read = 0;
  const mayEnd = (held: string) => {
    const start = endsInHighSurrogate(held, read) ? read - 1 : read;
    const text = held.slice(start);
    const place = text.search(patterns.terminator);
    read = place < 0 ? held.length : start + place;
    if (place < 0 || !patterns.letter.test(text.slice(place))) return false;
    read = patterns.decidedText.exec(held)?.[0].length ?? 0;
    return true;
  };
  const findEnds = (held: string, isEnd: boolean, known: number) => {
    read = Math.min(read, known);
    // The beginning of a line may look like a fence and yet turn out to be text, which is read then.
    if (isCode) return lineEnd(held);
    return mayEnd(held) || isEnd || endsLine(held) ? sentenceEnds(segmenter, patterns, held, isEnd) : [];
  };
  // A line feed ends every sentence, so a line without a sentence is not searched again.
  const find = searchHeldText(findEnds, limit, endsLine);
  return (piece, isEnd) => {
    const ends = splitLines(piece).flatMap((line) => {
      isCode = isCodeLine(line);
      return find(line);
    });
    return isEnd ? ends.concat(find('', true)) : ends;
  };
}

function lineEnd(held: string): number[] {
  return endsLine(held) ? [held.length] : [];
}

interface SentencePatterns {
  /**
   * A character after which `Intl.Segmenter` may end a sentence in any locale (the semicolon in Greek): no full stop that
   * a small letter follows, as in "3.5 m" or "etc. and".
   */
  readonly terminator: RegExp;
  /**
   * The beginning of a text in which a letter follows every terminator, and decides whether it ends a sentence: a
   * modifier may extend a character.
   */
  readonly decidedText: RegExp;
  /** Segments that `Intl.Segmenter` mistakes for sentences: white space, the number of a list item, an abbreviation. */
  readonly falseSentence: RegExp;
  readonly letter: RegExp;
}

/**
 * Makes the patterns. As literals they would slow every import: an engine checks each literal as it reads the file, and
 * collects the characters of its properties.
 */
function sentencePatterns(): SentencePatterns {
  // `Sentence_Terminal` lacks two of them in older engines.
  const terminators = String.raw`.\p{Sentence_Terminal}\u2024\uFF0E;\u037E\r\n\x85\u2028\u2029`;
  const deciding = String.raw`\p{Lu}\p{Ll}\p{Lt}\p{Lo}`;
  const abbreviations = String.raw`Mr|Mrs|Ms|Dr|Prof|St|vs|cf|[eE]\.g|[iI]\.e|z\.B|\p{Lu}`;
  return {
    terminator: new RegExp(String.raw`(?!\.[\d ,:"'()*_-]*[a-z])[${terminators}]`, 'u'),
    decidedText: new RegExp(`^(?:[^${terminators}]+|[${terminators}][^${deciding}]*[${deciding}])*`, 'u'),
    falseSentence: new RegExp(String.raw`^(?:\s*|[\s>]*\d+\. *)$|(?:^|[\s("'])(?:${abbreviations})\. *$`, 'u'),
    letter: new RegExp(String.raw`\p{L}`, 'u'),
  };
}

function sentenceEnds(
  segmenter: Intl.Segmenter,
  { terminator, falseSentence, letter }: SentencePatterns,
  held: string,
  isEnd: boolean,
): number[] {
  const isOne = !terminator.test(held.slice(0, -1));
  const segments = isOne ? [{ segment: held, index: 0 }] : segmentsOf(segmenter, held);
  const ends: number[] = [];
  let uncertain: number[] = [];
  let isSentence = false;
  for (const { segment, index } of segments) {
    if (isSentence) uncertain.push(index);
    // "No. 5 is" is one sentence, "No. 5 Is" two: the text up to the first letter after a full stop decides.
    if (letter.test(segment)) {
      // Not spread into the call, which accepts a limited number of arguments.
      for (const end of uncertain) ends.push(end);
      uncertain = [];
    }
    isSentence = !falseSentence.test(segment);
  }
  const isLine = endsLine(held);
  if (!isLine && !isEnd) return ends;
  return isLine && isSentence ? [...ends, ...uncertain, held.length] : [...ends, ...uncertain];
}
