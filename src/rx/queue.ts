/**
 * A queue of values, first in, first out. Each step takes constant time on average: `shift()` of a long array takes time
 * proportional to its length.
 */
export class Queue<V> {
  #values: V[] = [];
  /** The number of values at the front that were taken. */
  #taken = 0;

  get length(): number {
    return this.#values.length - this.#taken;
  }

  push(value: V): void {
    this.#values.push(value);
  }

  /** Takes the first value; undefined if the queue is empty. */
  take(): V | undefined {
    if (this.length === 0) return undefined;
    const value = this.#values[this.#taken];
    this.#taken += 1;
    // Stryker disable next-line all: decides only when the memory of the values that were taken is freed
    if (this.#taken * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#taken);
      this.#taken = 0;
    }
    return value;
  }

  clear(): void {
    this.#values = [];
    this.#taken = 0;
  }
}
