import type { Span } from '../page.js';
import type { Line } from './readLine.js';
import type { Margin } from './margin.js';

interface Item {
  /** The columns of the marker, and of the text after it. */
  readonly indent: number;
  readonly content: number;
  /** The cells of the marker on the page. */
  readonly cells: number;
}

const bullets = ['•', '◦', '▪'];

/** The quotes and list items around a line, and their margin on the page. */
export class Containers {
  #quotes = 0;
  #items: Item[] = [];

  get quotes(): number {
    return this.#quotes;
  }

  /** Enters the containers of a line that begins a block; returns the margin of the block. */
  enter({ quotes, indent, markers, isDone }: Line, wraps: boolean): Margin {
    if (quotes !== this.#quotes) this.#items = [];
    this.#quotes = quotes;
    this.#leave(indent);
    const around = this.#spaces();
    const marks: Span[] = [];
    for (const marker of markers) {
      this.#leave(marker.indent);
      const box = marker === markers.at(-1) && isDone !== undefined ? (isDone ? '☑' : '☐') : undefined;
      const shown = box ?? this.#shown(marker.text);
      marks.push({ text: `${shown} `, styles: [] });
      this.#items.push({ ...marker, cells: shown.length + 1 });
    }
    const bars: readonly Span[] = quotes > 0 ? [{ text: '│ '.repeat(quotes), styles: ['dim'] }] : [];
    return {
      first: [...bars, { text: around, styles: [] }, ...marks],
      rest: [...bars, { text: this.#spaces(), styles: [] }],
      quotes,
      wraps,
    };
  }

  /** Leaves the items that a line with this indentation is not in. */
  #leave(indent: number): void {
    // Models indent by two columns what the standard wants under the text of `1. `.
    this.#items = this.#items.filter((item) => indent >= Math.min(item.content, item.indent + 2));
  }

  #shown(marker: string): string {
    return /\d/.test(marker) ? marker : (bullets[Math.min(this.#items.length, bullets.length - 1)] ?? '•');
  }

  #spaces(): string {
    return ' '.repeat(this.#items.reduce((cells, item) => cells + item.cells, 0));
  }
}
