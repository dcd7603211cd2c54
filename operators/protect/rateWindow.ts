/** A request in the log of a {@link RateWindow}. */
export interface CountedRequest {
  readonly at: number;
  /** The input tokens: an estimate until the server has reported the number. */
  tokens: number;
}

export const minute = 60_000;

/** The requests of the last 60 s and their tokens, and the wait until there is room for more. */
export class RateWindow {
  readonly maxRequests: number;
  readonly maxTokens: number;
  readonly #now: () => number;
  /** The requests that began in the last minute, oldest first; entries before `#first` have expired. */
  #log: CountedRequest[] = [];
  #first = 0;
  /** The tokens of all requests that have not expired. */
  #spent = 0;
  #pausedUntil = 0;

  constructor(requests: number, tokens: number, now: () => number) {
    this.maxRequests = requests;
    this.maxTokens = tokens;
    this.#now = now;
  }

  /** The wait until the last minute has no request, in ms. */
  waitUntilEmpty(): number {
    const last = this.#log.at(-1);
    return last ? Math.max(0, last.at + minute - this.#now()) : 0;
  }

  /**
   * The wait until `requests` requests with `tokens` tokens in all may begin, in ms; `Infinity` if they exceed a limit.
   */
  waitFor(tokens: number, requests = 1): number {
    if (requests > this.maxRequests || tokens > this.maxTokens) return Infinity;
    const now = this.#now();
    this.#expire(now);
    let begin = Math.max(now, this.#pausedUntil);
    let [count, spent] = [this.size + requests, this.#spent + tokens];
    for (let at = this.#first; count > this.maxRequests || spent > this.maxTokens; at++) {
      const oldest = this.#log[at];
      if (!oldest) break;
      begin = Math.max(begin, oldest.at + minute);
      count -= 1;
      spent -= oldest.tokens;
    }
    return begin - now;
  }

  /** The requests and tokens of the last minute, and the time before which no request begins. */
  state(): { readonly count: number; readonly spent: number; readonly begin: number } {
    const now = this.#now();
    this.#expire(now);
    return { count: this.size, spent: this.#spent, begin: Math.max(now, this.#pausedUntil) };
  }

  /** The number of requests in the log that have not expired. */
  get size(): number {
    return this.#log.length - this.#first;
  }

  /** A request in the log that has not expired, the oldest at 0. */
  entry(index: number): CountedRequest | undefined {
    return this.#log[this.#first + index];
  }

  /** Counts a request that begins now. */
  count(tokens: number): CountedRequest {
    const request = { at: this.#now(), tokens };
    // Without a limit per minute, no request has to be logged.
    if (Math.min(this.maxRequests, this.maxTokens) < Infinity) {
      this.#log.push(request);
      this.#spent += tokens;
    }
    return request;
  }

  /** Replaces the estimate of a request. */
  settle(request: CountedRequest, tokens: number): void {
    const isCounted = request.at >= (this.#log[this.#first]?.at ?? Infinity);
    if (isCounted) this.#spent += tokens - request.tokens;
    request.tokens = tokens;
  }

  /** Lets no request begin for `duration` ms. */
  pause(duration: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + duration);
  }

  #expire(now: number): void {
    for (let oldest = this.#log[this.#first]; oldest && now - oldest.at >= minute; oldest = this.#log[this.#first]) {
      this.#spent -= oldest.tokens;
      this.#first += 1;
    }
    // Stryker disable next-line all: decides only when the memory of the expired entries is freed
    if (this.#first < 1_000 && this.#first < this.#log.length) return;
    this.#log = this.#log.slice(this.#first);
    this.#first = 0;
  }
}
