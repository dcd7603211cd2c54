/**
 * Runs steps that call subscribers, one after the other: a step that a subscriber brings about while another step runs
 * waits until that one has ended, so that all subscribers see one order.
 */
export class Trampoline {
  readonly #waiting: (() => void)[] = [];
  #isRunning = false;

  /** Runs a step, now or after the running one. */
  schedule(step: () => void): void {
    if (this.#isRunning) this.#waiting.push(step);
    else this.run(step);
  }

  /** Runs a step at once, also within another one, and returns its result. Scheduled steps follow the outermost. */
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
