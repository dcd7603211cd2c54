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

/** The standard output, which is a terminal, a file or a pipe. */
interface PageOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** The output as a page that only grows: text in styles, and the place where it ends. */
export class Page {
  readonly #output: PageOutput;
  /** The column at which the text ends, in cells since the last line break. */
  column = 0;
  /** Whether text has styles: in a terminal, unless `NO_COLOR` or the kind of the terminal forbids them. */
  readonly hasStyles: boolean;
  /** Whether a person reads the page; else it is a file or a pipe. */
  readonly isTerminal: boolean;

  constructor(output: PageOutput) {
    this.#output = output;
    this.isTerminal = output.isTTY === true;
    this.hasStyles = this.isTerminal && output.hasColors?.() === true;
  }

  get columns(): number {
    const { columns = 0 } = this.#output;
    // A terminal that does not know its size reports 0.
    return columns > 0 ? columns : 80;
  }

  /** Writes a text: made {@link printable} in a terminal, and unchanged in a file or a pipe. */
  write({ text, styles }: Span): void {
    const shown = this.isTerminal ? printable(text) : text;
    if (shown === '') return;
    this.#output.write(this.paint(shown, styles));
    const lineStart = shown.lastIndexOf('\n') + 1;
    this.column = (lineStart > 0 ? 0 : this.column) + cellsOf(shown.slice(lineStart));
  }

  /** Starts a new line, unless the text ends with a line break. */
  startLine(): void {
    if (this.column > 0) this.write({ text: '\n', styles: [] });
  }

  /** Wraps a text in its styles. `styleText` would do so for the standard output only, and not for several styles. */
  paint(text: string, styles: readonly Style[]): string {
    if (!this.hasStyles) return text;
    let painted = text;
    for (const style of styles) {
      const [on, off] = inspect.colors[style] ?? [0, 0];
      painted = `\u001B[${String(on)}m${painted}\u001B[${String(off)}m`;
    }
    return painted;
  }
}
