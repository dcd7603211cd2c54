import { BeginPlan } from './beginPlan.js';
import { RateWindow, type CountedRequest } from './rateWindow.js';

/** The limits of a limiter with their defaults; `Infinity` is no limit. @public */
export interface CheckedLimits {
  /** The maximum number of requests that begin in any 60 s. */
  readonly requestsPerMinute: number;
  /** The maximum number of input tokens of the requests in any 60 s. */
  readonly tokensPerMinute: number;
  /** The maximum number of requests that are open at once. */
  readonly concurrency: number;
  /** The maximum number of waiting requests. */
  readonly maxQueued: number;
}

/** Limits that all requests share, or the requests of one key. */
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

  /**
   * The wait until `requests` requests with `tokens` tokens in all may begin, in ms; `Infinity` if the wait depends on
   * other requests.
   */
  waitFor(tokens: number, requests = 1): number {
    return this.#open + requests > this.#concurrency ? Infinity : this.window.waitFor(tokens, requests);
  }

  /** A plan of the requests that wait, of which the caller adds each. */
  plan(): BeginPlan {
    return new BeginPlan(this.window, this.#concurrency - this.#open);
  }

  begin(tokens: number): CountedRequest {
    this.#open += 1;
    return this.window.count(tokens);
  }

  end(): void {
    this.#open -= 1;
  }
}
