/**
 * Runs steps that call subscribers, one after the other: a step that a subscriber causes during another step waits
 * until that step has ended, so that all subscribers see the same order.
 */
export class Trampoline {
  readonly #waiting: (() => void)[] = [];
  #isRunning = false;

  /** Runs a step now, or after the running step. */
  schedule(step: () => void): void {
    if (this.#isRunning) this.#waiting.push(step);
    else this.run(step);
  }

  /** Runs a step at once, even within another step, and returns its result. Scheduled steps follow the outermost. */
  run<R>(step: () => R): R {
    if (this.#isRunning) return step();
    this.#isRunning = true;
    try {
      const result = step();
      // The list may grow during the iteration.
      for (const next of this.#waiting) next();
      return result;
    } finally {
      this.#waiting.length = 0;
      this.#isRunning = false;
    }
  }
}
