/** A set of whole numbers, kept as ranges: a few numbers in memory and in text, for numbers that are mostly in a row. */
export class IndexSet {
  /** The ranges, sorted, with a gap between any two. */
  readonly #ranges: [number, number][] = [];
  #text: string | undefined = '';

  has(index: number): boolean {
    return this.#ranges.some(([from, to]) => from <= index && index <= to);
  }

  add(index: number): void {
    if (this.has(index)) return;
    this.#text = undefined;
    const at = this.#ranges.findIndex(([from]) => from > index);
    this.#ranges.splice(at < 0 ? this.#ranges.length : at, 0, [index, index]);
    for (let right = this.#ranges.length - 1; right > 0; right--) {
      const [left, next] = [this.#ranges[right - 1], this.#ranges[right]];
      if (!left || left[1] + 1 !== next?.[0]) continue;
      left[1] = next[1];
      this.#ranges.splice(right, 1);
    }
  }

  /** The text form: `0-3.5`. */
  toString(): string {
    this.#text ??= this.#ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join('.');
    return this.#text;
  }

  /** Parses a text form that matches {@link indexSetPattern}. */
  static parse(text: string): IndexSet {
    const set = new IndexSet();
    set.#text = text;
    if (text === '') return set;
    for (const range of text.split('.')) {
      const [from = 0, to = from] = range.split('-').map(Number);
      set.#ranges.push([from, to]);
    }
    return set;
  }
}

/** The pattern of the text form of an {@link IndexSet}. */
export const indexSetPattern = '(?:\\d{1,15}(?:-\\d{1,15})?(?:\\.\\d{1,15}(?:-\\d{1,15})?)*)?';
