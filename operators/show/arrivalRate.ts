/** What comes within this time is one burst, in ms: one packet of the wire, read in pieces. */
const burst = 16;

/**
 * Measures the average pace of arrivals that come in bursts: the content of a burst counts for the time to the
 * next.
 *
 * Older bursts count less. A silence that is longer than `longestGap` is a pause, and says nothing of the pace.
 */
export class ArrivalRate {
  readonly #longestGap: number;
  #amount = 0;
  #time = 0;
  /** The latest burst, of which the time is not known yet. */
  #latest = 0;
  #latestAt: number | undefined;

  constructor(longestGap: number) {
    this.#longestGap = longestGap;
  }

  /** The amount a ms; 0 until a second burst has come. Of a time that is short yet it says rather too little. */
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
    const kept = Math.exp(-gap / (3 * this.#longestGap));
    this.#amount = this.#amount * kept + this.#latest;
    this.#time = this.#time * kept + gap;
  }
}
