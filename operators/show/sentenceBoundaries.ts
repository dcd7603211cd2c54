import { segmentsOf } from '../../src/chunk/segments.js';
import { endsLine, splitLines, searchHeldText, type BoundaryFinder } from './boundaryFinder.js';
import { trackCodeFences } from './codeFences.js';

/** A sentence includes the white space after it and ends with its line; in a block of code each line is a sentence. */
export function sentenceBoundaries(segmenter: Intl.Segmenter, limit: number): BoundaryFinder {
  const isCodeLine = trackCodeFences();
  let isCode = false;
  const findEnds = (held: string, isEnd: boolean) => (isCode ? lineEnd(held) : sentenceEnds(segmenter, held, isEnd));
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

/** Segments that `Intl.Segmenter` mistakes for sentences: white space, the number of a list item, an abbreviation. */
const falseSentence =
  /^(?:\s*|[\s>]*\d+\. *)$|(?:^|[\s("'])(?:Mr|Mrs|Ms|Dr|Prof|St|vs|cf|[eE]\.g|[iI]\.e|z\.B|\p{Lu})\. *$/u;

function sentenceEnds(segmenter: Intl.Segmenter, held: string, isEnd: boolean): number[] {
  const ends: number[] = [];
  let uncertain: number[] = [];
  let isSentence = false;
  for (const { segment, index } of segmentsOf(segmenter, held)) {
    if (isSentence) uncertain.push(index);
    // "No. 5 is" is one sentence, "No. 5 Is" two: the text up to the first letter after a full stop decides.
    if (/\p{L}/u.test(segment)) {
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
