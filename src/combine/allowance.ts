import { asyncScheduler } from 'rxjs';

/** A request in the log of an {@link Allowance}. */
export interface Spent {
  readonly at: number;
  /** An estimate, until the server has said how many there are. */
  tokens: number;
}

export const minute = 60_000;

/** How many requests, and tokens, may begin in any 60 s, and how long it takes until there is room. */
export class Allowance {
  readonly #requests: number;
  readonly #tokens: number;
  /** What began in the last minute, the oldest first. */
  readonly #log: Spent[] = [];
  #pausedUntil = 0;
  #elapsed = 0;
  #clock = asyncScheduler.now();

  constructor(requests: number, tokens: number) {
    this.#requests = requests;
    this.#tokens = tokens;
  }

  /** How long a request of so many tokens has to wait, at least, in ms. */
  waitFor(tokens: number): number {
    const now = this.#now();
    while (this.#log[0] && now - this.#log[0].at >= minute) this.#log.shift();
    const spent = this.#log.reduce((sum, request) => sum + request.tokens, 0);
    const hasRoom = this.#log.length < this.#requests && spent + tokens <= this.#tokens;
    const oldest = this.#log[0];
    const untilRoom = oldest && !hasRoom ? oldest.at + minute - now : 0;
    return Math.max(untilRoom, this.#pausedUntil - now, 0);
  }

  /** Counts a request that begins now. */
  spend(tokens: number): Spent {
    const request = { at: this.#now(), tokens };
    // Without a limit a minute nothing is to be remembered.
    if (Math.min(this.#requests, this.#tokens) < Infinity) this.#log.push(request);
    return request;
  }

  /** Lets nothing begin for so many ms. */
  pause(duration: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + duration);
  }

  /** It goes on where the system's clock is set back, for a limiter lives as long as its process. */
  #now(): number {
    const clock = asyncScheduler.now();
    this.#elapsed += Math.max(0, clock - this.#clock);
    this.#clock = clock;
    return this.#elapsed;
  }
}
