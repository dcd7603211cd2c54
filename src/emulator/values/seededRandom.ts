/** A source of random choices, the same for the same seed. */
export class SeededRandom {
  #state: number;

  constructor(seed: string) {
    // FNV-1a.
    this.#state = 0x811c9dc5;
    for (let at = 0; at < seed.length; at += 1) this.#state = Math.imul(this.#state ^ seed.charCodeAt(at), 0x01000193);
  }

  /** A number from 0 to below 1. */
  next(): number {
    // mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.integer(0, values.length - 1)] ?? values[0];
  }

  /** The values in another order. */
  shuffle<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => [this.next(), value] as const);
    return keyed.sort(([a], [b]) => a - b).map(([, value]) => value);
  }
}
