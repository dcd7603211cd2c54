import { GeminiError } from 'rxjs-gemini';
import { limits } from './limits.js';

const minute = 60_000;

/** Counts the tokens of the last minute. */
export class TokenBudget {
  /** The times at which tokens were made, oldest first, with the address that asked. */
  #made: { readonly at: number; readonly address: string }[] = [];

  /**
   * Counts one more token.
   *
   * @throws GeminiError - Kind `rate_limit`, with the time until there is room again.
   */
  spend(address: string): void {
    const now = Date.now();
    this.#made = this.#made.filter(({ at }) => now - at < minute);
    const ofAddress = this.#made.filter((token) => token.address === address);
    const full = [ofAddress.at(-limits.tokensOfAddress), this.#made.at(-limits.tokens)];
    const waits = full.map((token) => (token ? token.at + minute - now : 0));
    const retryAfter = Math.max(...waits);
    if (retryAfter > 0) throw new GeminiError('Too many sessions in a minute', { kind: 'rate_limit', retryAfter });
    this.#made.push({ at: now, address });
  }
}
