import { lastingClock } from '../../src/rx/clock.js';
import { stopwatch } from '../../src/rx/stopwatch.js';

/** A request in the log of an {@link Allowance}. */
export interface Spent {
  readonly at: number;
  /** An estimate, until the server has reported how many there are. */
  tokens: number;
}

export const minute = 60_000;

/** The requests and tokens that may begin in any 60 s, and the wait until there is room. */
export class Allowance {
  readonly #requests: number;
  readonly #tokens: number;
  /** The requests that began in the last minute, oldest first; entries before `#first` have expired. */
  #log: Spent[] = [];
  #first = 0;
  /** The tokens of all that has not expired. */
  #spent = 0;
  #pausedUntil = 0;
  /** The time of the log. A limiter lives as long as its process, whose clock may be set meanwhile. */
  readonly now = stopwatch(lastingClock());

  constructor(requests: number, tokens: number) {
    this.#requests = requests;
    this.#tokens = tokens;
  }

  /** The least wait of a request of so many tokens, in ms. */
  waitFor(tokens: number): number {
    const now = this.now();
    this.#expire(now);
    const begins = this.#firstRoom(tokens);
    return Math.max(begins === undefined ? 0 : begins - now, this.#pausedUntil - now, 0);
  }

  /** Counts a request that begins now. */
  spend(tokens: number): Spent {
    const request = { at: this.now(), tokens };
    // Without a limit a minute nothing is to be remembered.
    if (Math.min(this.#requests, this.#tokens) < Infinity) {
      this.#log.push(request);
      this.#spent += tokens;
    }
    return request;
  }

  /** Replaces the estimate of a request. */
  settle(request: Spent, tokens: number): void {
    const isCounted = this.#log.length > this.#first && request.at >= (this.#log[this.#first]?.at ?? Infinity);
    if (isCounted) this.#spent += tokens - request.tokens;
    request.tokens = tokens;
  }

  /** Lets nothing begin for so many ms. */
  pause(duration: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.now() + duration);
  }

  #expire(now: number): void {
    for (let oldest = this.#log[this.#first]; oldest && now - oldest.at >= minute; oldest = this.#log[this.#first]) {
      this.#spent -= oldest.tokens;
      this.#first += 1;
    }
    if (this.#first < 1_000 && this.#first < this.#log.length) return;
    this.#log = this.#log.slice(this.#first);
    this.#first = 0;
  }

  /** The time at which the oldest requests in the way expire; undefined if nothing is in the way. */
  #firstRoom(tokens: number): number | undefined {
    let begins: number | undefined;
    let [count, spent] = [this.#log.length - this.#first, this.#spent];
    for (let at = this.#first; count >= this.#requests || spent + tokens > this.#tokens; at++) {
      const oldest = this.#log[at];
      if (!oldest) break;
      begins = oldest.at + minute;
      count -= 1;
      spent -= oldest.tokens;
    }
    return begins;
  }
}
