/** The median of numbers that come one by one. */
export class RunningMedian {
  /** In order, so that the median is in the middle. */
  readonly #sorted: number[] = [];

  add(value: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    this.#sorted.splice(low, 0, value);
    return this.#value;
  }

  get #value(): number {
    const half = this.#sorted.length / 2;
    const upper = this.#sorted[Math.floor(half)] ?? 0;
    if (!Number.isInteger(half)) return upper;
    return (upper + (this.#sorted[half - 1] ?? upper)) / 2;
  }
}
