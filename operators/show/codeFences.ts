/** A line that opens or closes a block of code: also in a quotation or a list. */
const fenceLine = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})(.*)/u;

/** So much of a line tells what it is; what follows is not kept. */
const enough = 200;

/**
 * Follows Markdown's code fences through a text that comes in pieces.
 *
 * @returns A function that takes the next piece, at most a line long, and tells whether the line that it belongs to is
 * code or a fence. A line that may still turn out to be none (its end is not here yet) counts as one.
 */
export function codeFences(): (piece: string) => boolean {
  let line = '';
  /** The beginning of the line: a marker, and the text after it. */
  let marker = '';
  let rest = '';
  /** The marker that opened the block, `''` outside of one. */
  let open = '';
  return (piece) => {
    if (line.length < enough) {
      line = (line + piece).slice(0, enough);
      [, marker = '', rest = ''] = fenceLine.exec(line) ?? [];
    }
    // Backticks after backticks are code within a line.
    const isFence = marker.startsWith('~') || (marker !== '' && !rest.includes('`'));
    const isCode = open !== '' || isFence;
    if (piece.endsWith('\n')) {
      if (open === '') open = isFence ? marker : '';
      else if (marker.startsWith(open) && rest.trim() === '') open = '';
      line = '';
    }
    return isCode;
  };
}
