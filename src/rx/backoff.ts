/** The longest wait before an attempt, the first of which is 1, in ms: twice as long each time. */
export function backoffDelay(attempt: number, delay: number, maxDelay: number): number {
  return Math.min(maxDelay, delay * 2 ** (attempt - 1));
}

/** The most that is added to a wait that a server asked for, in ms. */
const maxSpread = 5_000;

/**
 * A wait that a server asked for, in ms, made longer by a random part: up to a quarter of it, at most 5 s. A server
 * asks many clients for the same wait, and they must not come back in one moment.
 */
export function addJitter(asked: number): number {
  return asked + Math.random() * Math.min(asked / 4, maxSpread);
}
