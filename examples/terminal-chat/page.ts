import { inspect } from 'node:util';
import { cellsOf } from './cellsOf.js';
import { printable } from './printable.js';

/** A style by its name in `util.inspect.colors`: the names of `styleText`. */
export type Style = 'bold' | 'cyan' | 'dim' | 'italic' | 'red' | 'strikethrough' | 'underline';

/** A text in one style, which may combine several. */
export interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}

/** The screen as a page that only grows: text in styles, and the place where it ends. All text is made {@link printable}. */
export class Page {
  /** The column at which the text ends, in cells since the last line break. */
  column = 0;
  /** Whether text has styles; false with `NO_COLOR` and in a terminal without them. */
  readonly hasStyles: boolean;
  readonly #print: (text: string) => void;
  readonly #columns: () => number;

  constructor(print: (text: string) => void, columns: () => number, hasStyles: boolean) {
    this.#print = print;
    this.#columns = columns;
    this.hasStyles = hasStyles;
  }

  get columns(): number {
    // A terminal that does not know its size says 0.
    return this.#columns() || 80;
  }

  write({ text, styles }: Span): void {
    const shown = printable(text);
    if (shown === '') return;
    this.#print(this.hasStyles ? paint(shown, styles) : shown);
    const lineStart = shown.lastIndexOf('\n') + 1;
    this.column = (lineStart > 0 ? 0 : this.column) + cellsOf(shown.slice(lineStart));
  }

  /** Starts a new line, unless the text ends with a line break. */
  startLine(): void {
    if (this.column > 0) this.write({ text: '\n', styles: [] });
  }
}

/** `styleText` would ask the standard output whether it has colours. */
function paint(text: string, styles: readonly Style[]): string {
  let painted = text;
  for (const style of styles) {
    const [on, off] = inspect.colors[style] ?? [0, 0];
    painted = `\u001B[${String(on)}m${painted}\u001B[${String(off)}m`;
  }
  return painted;
}
