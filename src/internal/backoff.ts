/** How long to wait at most before an attempt, the first of which is 1: twice as long each time. In ms. */
export function longestWait(attempt: number, delay: number, maxDelay: number): number {
  return Math.min(maxDelay, delay * 2 ** (attempt - 1));
}
