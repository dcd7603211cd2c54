/** Arrivals within this time are one burst, in ms: one packet of the network, read in pieces. */
const burst = 16;

/**
 * Measures the average pace of arrivals that come in bursts: the amount of a burst counts for the time to the next.
 *
 * Older bursts have less weight. A gap longer than `longestGap` is a pause and does not count.
 */
export class ArrivalRate {
  readonly #longestGap: number;
  #amount = 0;
  #time = 0;
  /** The latest burst; its time is not known before the next one. */
  #latest = 0;
  #latestAt: number | undefined;

  constructor(longestGap: number) {
    this.#longestGap = longestGap;
  }

  /** The amount per ms; 0 until a second burst. Reads low at first: the divisor is never below half of `longestGap`. */
  get perMs(): number {
    return this.#amount / Math.max(this.#time, this.#longestGap / 2);
  }

  add(amount: number, now: number): void {
    const gap = now - (this.#latestAt ??= now);
    if (gap >= burst) {
      if (gap <= this.#longestGap) this.#count(gap);
      this.#latest = 0;
      this.#latestAt = now;
    }
    this.#latest += amount;
  }

  #count(gap: number): void {
    const weight = Math.exp(-gap / (3 * this.#longestGap));
    this.#amount = this.#amount * weight + this.#latest;
    this.#time = this.#time * weight + gap;
  }
}
