/** Returns the delay before an attempt, counted from 1, in ms: twice as long each time, at most `maxDelay`. */
export function backoffDelay(attempt: number, delay: number, maxDelay: number): number {
  return Math.min(maxDelay, delay * 2 ** (attempt - 1));
}

/** The longest jitter, in ms. */
const maxJitter = 5_000;

/**
 * Adds a random part to the wait that a server asked for, in ms: up to a quarter of the wait, at most 5 s. A server
 * asks many clients for the same wait, and they must not all return at once.
 */
export function addJitter(asked: number): number {
  return asked + Math.random() * Math.min(asked / 4, maxJitter);
}
