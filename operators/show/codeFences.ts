/** A line that opens or closes a block of code, even in a quotation or a list. */
const fenceLine = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})(.*)/u;

/** The number of UTF-16 units of a line that decide whether the line is a fence; the rest is not held. */
const maxLine = 200;

/**
 * Follows Markdown's code fences through a text that comes in pieces.
 *
 * @returns A function that takes the next piece, at most one line, and returns whether its line is code or a fence. An
 * unfinished line that may be a fence counts as a fence.
 */
export function trackCodeFences(): (piece: string) => boolean {
  let line = '';
  /** The marker at the beginning of the line, and the text after it. */
  let marker = '';
  let rest = '';
  /** The marker that opened the block; `''` outside a block. */
  let open = '';
  return (piece) => {
    if (line.length < maxLine) {
      line = (line + piece).slice(0, maxLine);
      [, marker = '', rest = ''] = fenceLine.exec(line) ?? [];
    }
    // Backticks after backticks are code within a line.
    const isFence = marker.includes('~') || (marker !== '' && !rest.includes('`'));
    const isCode = open !== '' || isFence;
    if (piece.endsWith('\n')) {
      if (open === '') open = isFence ? marker : '';
      else if (marker.includes(open) && rest.trim() === '') open = '';
      line = '';
    }
    return isCode;
  };
}
