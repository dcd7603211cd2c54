import type { Observable } from 'rxjs';
import { backgroundTimer } from '../rx/backgroundTimer.js';
import { backoffDelay } from '../rx/backoff.js';

/** The first and the longest delay before a failed command is repeated, in ms. */
const [firstDelay, longestDelay] = [100, 2_000];

/** Runs commands one at a time, for as long as there is one to run; repeats a failed one after a delay. */
export class CommandLoop {
  readonly #next: () => Observable<unknown> | undefined;
  readonly #onFailure: (cause: unknown, failures: number) => void;
  #failures = 0;
  #isBusy = false;
  #isClosed = false;
  #stopTimer: (() => void) | undefined;

  /**
   * @param next - Returns the next command, whose answer it handles itself, or undefined.
   * @param onFailure - Called with each failure, and their number since the last success.
   */
  constructor(next: () => Observable<unknown> | undefined, onFailure: (cause: unknown, failures: number) => void) {
    this.#next = next;
    this.#onFailure = onFailure;
  }

  /** Whether the last command has failed. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** Runs the commands that there are now, unless one is running or a failed one waits. */
  wake(): void {
    if (this.#isBusy || this.#isClosed || this.#stopTimer) return;
    const command = this.#next();
    if (!command) return;
    this.#isBusy = true;
    command.subscribe({
      error: (cause: unknown) => {
        this.#isBusy = false;
        if (this.#isClosed) return;
        this.#failures += 1;
        this.#stopTimer = backgroundTimer(backoffDelay(this.#failures, firstDelay, longestDelay), () => {
          this.#stopTimer = undefined;
          this.wake();
        });
        this.#onFailure(cause, this.#failures);
      },
      complete: () => {
        this.#isBusy = false;
        this.#failures = 0;
        this.wake();
      },
    });
  }

  /** Runs no more commands. One that was sent cannot be taken back. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer?.();
  }
}
