/** A part of the reply and the moment that brought it. */
export interface Part<T> {
  readonly at: number;
  readonly end: number;
  readonly owner: T;
}

/**
 * The text of a reply by its places: a text that begins before the end of the text so far replaces the rest, as when a
 * request begins anew.
 */
export class ReplyText<T> {
  /** In the order of their places; they do not overlap. */
  #parts: Part<T>[] = [];
  #characters = 0;

  /** The number of UTF-16 units that are there: less than `end` if a reader has missed the beginning. */
  get characters(): number {
    return this.#characters;
  }

  get end(): number {
    return this.#parts.at(-1)?.end ?? 0;
  }

  add(at: number, length: number, owner: T): void {
    this.#cut(at);
    this.#parts.push({ at, end: at + length, owner });
    this.#characters += length;
  }

  /** The parts that share a place with a range, in order. */
  within(at: number, end: number): readonly Part<T>[] {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#parts[middle]?.end ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    const found: Part<T>[] = [];
    for (let part = this.#parts[low]; part && part.at < end; part = this.#parts[++low]) found.push(part);
    return found;
  }

  #cut(at: number): void {
    for (let last = this.#parts.at(-1); last && last.end > at; last = this.#parts.at(-1)) {
      this.#parts.pop();
      this.#characters -= last.end - last.at;
      if (last.at >= at) continue;
      this.#parts.push({ ...last, end: at });
      this.#characters += at - last.at;
    }
  }
}
