import { minute, type RateWindow } from './rateWindow.js';

/**
 * The times at which waiting requests would begin if nothing else happened: a copy of limits, to which requests are
 * added in their order. A plan costs a step for each request that is added, and for each that expires meanwhile.
 */
export class BeginPlan {
  readonly #window: RateWindow;
  /** The requests that may be open besides those that are open now. */
  #places: number;
  /** The requests that were added, in the order in which they begin. */
  readonly #planned: { readonly at: number; readonly tokens: number }[] = [];
  /** The index of the oldest request that has not expired, in the log of the window and then in `#planned`. */
  #first = 0;
  #count: number;
  #spent: number;
  /** The time before which no further request begins: requests begin in their order. */
  #begin: number;

  constructor(window: RateWindow, places: number) {
    this.#window = window;
    this.#places = places;
    const { count, spent, begin } = window.state();
    this.#count = count;
    this.#spent = spent;
    this.#begin = begin;
  }

  /**
   * The time at which another request may begin; `Infinity` if that depends on the end of a request.
   *
   * @param earliest - The time before which other limits do not let it begin.
   */
  timeFor(tokens: number, earliest = 0): number {
    if (this.#places <= 0) return Infinity;
    const { maxRequests, maxTokens } = this.#window;
    while (this.#count + 1 > maxRequests || this.#spent + tokens > maxTokens) {
      const oldest = this.#window.entry(this.#first) ?? this.#planned[this.#first - this.#window.size];
      // Stryker disable next-line all: a request within the limits has room once all others have expired
      if (!oldest) return Infinity;
      this.#begin = Math.max(this.#begin, oldest.at + minute);
      this.#first += 1;
      this.#count -= 1;
      this.#spent -= oldest.tokens;
    }
    return Math.max(this.#begin, earliest);
  }

  /** Adds a request that begins at a time of `timeFor`. */
  add(tokens: number, at: number): void {
    this.#places -= 1;
    this.#count += 1;
    this.#spent += tokens;
    this.#planned.push({ at, tokens });
  }
}
