import { endsLine, splitLines, type BoundaryFinder } from './boundaryFinder.js';
import { trackCodeFences } from './codeFences.js';

/** A line ends after its line feed. */
export function lineBoundaries(): BoundaryFinder {
  let offset = 0;
  return (piece) =>
    splitLines(piece).flatMap((line) => {
      offset += line.length;
      return endsLine(line) ? [offset] : [];
    });
}

/** A paragraph ends with a blank line; further blank lines lead the next. A block of code has no blank lines. */
export function paragraphBoundaries(): BoundaryFinder {
  const isCode = trackCodeFences();
  let offset = 0;
  let hasText = false;
  let isBlank = true;
  return (piece) =>
    splitLines(piece).flatMap((line) => {
      offset += line.length;
      if (isCode(line) || line.trim() !== '') isBlank = false;
      hasText ||= !isBlank;
      if (!endsLine(line)) return [];
      const isEnd = isBlank && hasText;
      if (isEnd) hasText = false;
      isBlank = true;
      return isEnd ? [offset] : [];
    });
}
