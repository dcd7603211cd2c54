import type { Span } from '../page.js';

/** The margin of a block of lines: the marks of quotes, and the room of list items. */
export interface Margin {
  /** The beginning of the first line, such as a bullet. */
  readonly first: readonly Span[];
  /** The beginning of the other lines, as wide as `first`. */
  readonly rest: readonly Span[];
  /** The number of quotes, whose bars also stand on empty lines within them. */
  readonly quotes: number;
  /** Whether lines are broken at the width of the page; code is not. */
  readonly wraps: boolean;
}
