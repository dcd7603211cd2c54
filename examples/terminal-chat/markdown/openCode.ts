import type { Line } from './readLine.js';

/** A line of a block of code, as far as it has arrived: its text, its end, or a line that is not in the block. */
type CodeLine = { readonly text: string } | 'closing' | 'outside';

/** A fenced block of code that has begun. */
export class OpenCode {
  readonly language: string;
  readonly #fence: string;
  readonly #indent: number;
  readonly #quotes: number;

  constructor({ rest, quotes, indent, markers }: Line) {
    const [, fence = '', language = ''] = /^(`+|~+)[ \t]*([^\s`{]*)/.exec(rest) ?? [];
    this.language = language;
    this.#fence = fence;
    this.#indent = markers.at(-1)?.content ?? indent;
    this.#quotes = quotes;
  }

  /** Reads a line, whose end may still be to come: undefined if that decides what the line is. */
  read(line: string, isWhole: boolean): CodeLine | undefined {
    let inner = line;
    for (let depth = 0; depth < this.#quotes; depth++) {
      const [mark] = /^ {0,3}> ?/.exec(inner) ?? [];
      if (mark === undefined) return isWhole || inner.trim() !== '' ? 'outside' : undefined;
      inner = inner.slice(mark.length);
    }
    const text = inner.trim();
    const isFence = text.replaceAll(this.#fence.charAt(0), '') === '';
    if (!isWhole && isFence) return undefined;
    if (isFence && text.length >= this.#fence.length) return 'closing';
    return { text: inner.replace(new RegExp(`^ {0,${String(this.#indent)}}`), '') };
  }
}
