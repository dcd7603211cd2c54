import { RateWindow, type CountedRequest } from './rateWindow.js';

/** Limits with their defaults: `Infinity` is no limit. */
export interface CheckedLimits {
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly concurrency: number;
  readonly maxQueued: number;
}

/** Limits that requests share: all of them, or those of one key. */
export class SharedLimits {
  readonly window: RateWindow;
  readonly maxQueued: number;
  readonly #concurrency: number;
  /** The number of requests that have begun and not ended. */
  #open = 0;

  constructor(limits: CheckedLimits, now: () => number) {
    this.window = new RateWindow(limits.requestsPerMinute, limits.tokensPerMinute, now);
    this.maxQueued = limits.maxQueued;
    this.#concurrency = limits.concurrency;
  }

  get hasOpen(): boolean {
    return this.#open > 0;
  }

  /** The wait until so many may begin, of so many tokens in all, in ms; `Infinity` if that depends on others. */
  waitFor(tokens: number, requests = 1): number {
    return this.#open + requests > this.#concurrency ? Infinity : this.window.waitFor(tokens, requests);
  }

  begin(tokens: number): CountedRequest {
    this.#open += 1;
    return this.window.count(tokens);
  }

  end(): void {
    this.#open -= 1;
  }
}
