import type { Subscriber } from 'rxjs';
import { GeminiError } from '../errors/geminiError.js';
import { idleTimer, type IdleTimer } from '../rx/idleTimer.js';

/** The missing heartbeats after which a connection counts as dead, unless `maxSilence` is set. */
const missedBeats = 3;

/** The longest wait of the platform's timers, in ms. */
const longestDelay = 2 ** 31 - 1;

/**
 * Watches one connection, and fails its subscriber once nothing has come for too long, not even a heartbeat: a path
 * that dies without a word (sleep, another network) is not reported by any socket.
 */
export class Silence {
  readonly #destination: Subscriber<unknown>;
  readonly #isFixed: boolean;
  #timer: IdleTimer | undefined;

  /** @param limit - In ms; `false` watches nothing; undefined waits for the server to announce its heartbeat. */
  constructor(destination: Subscriber<unknown>, limit: number | false | undefined) {
    this.#destination = destination;
    this.#isFixed = limit !== undefined;
    if (limit !== undefined && limit !== false) this.#watch(limit);
  }

  /** Notes that something came. */
  readonly touch = (): void => {
    this.#timer?.touch();
  };

  /** Notes the time between heartbeats that the server announces, in ms. */
  hear(heartbeat: number): void {
    const limit = missedBeats * heartbeat;
    if (!this.#isFixed && !this.#timer && limit <= longestDelay) this.#watch(limit);
  }

  #watch(limit: number): void {
    this.#timer = idleTimer(limit, () => {
      this.#destination.error(dead(limit));
    });
    this.#destination.add(this.#timer.wait);
  }
}

function dead(limit: number): GeminiError {
  const message = `The connection is dead: the server sent nothing for ${String(limit)} ms, not even a heartbeat`;
  return new GeminiError(message, { kind: 'network' });
}
