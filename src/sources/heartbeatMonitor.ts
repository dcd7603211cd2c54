import type { Subscriber } from 'rxjs';
import { GeminiError } from '../errors/geminiError.js';
import { idleTimer, type IdleTimer } from '../rx/idleTimer.js';
import { missedBeats } from '../rx/keepAlive.js';
import { maxTimerDelay } from '../rx/maxTimerDelay.js';

/**
 * Monitors one connection, and fails its subscriber after too long a silence, heartbeats included: no socket reports a
 * path that died silently (sleep, another network).
 */
export class HeartbeatMonitor {
  readonly #destination: Subscriber<unknown>;
  readonly #isFixed: boolean;
  #timer: IdleTimer | undefined;

  /**
   * @param limit - The longest silence, in ms; `false` disables the monitor; undefined waits for the server to announce
   * its heartbeat.
   */
  constructor(destination: Subscriber<unknown>, limit: number | false | undefined) {
    this.#destination = destination;
    this.#isFixed = limit !== undefined;
    if (limit) this.#start(limit);
  }

  /** Restarts the time: bytes have arrived. */
  readonly touch = (): void => {
    this.#timer?.touch();
  };

  /** Sets the limit by the interval of heartbeats that the server announces, in ms. */
  announce(interval: number): void {
    const limit = missedBeats * interval;
    if (!this.#isFixed && !this.#timer && limit <= maxTimerDelay) this.#start(limit);
  }

  #start(limit: number): void {
    this.#timer = idleTimer(limit, () => {
      this.#destination.error(deadError(limit));
    });
    this.#destination.add(this.#timer.wait);
  }
}

/** The error of a server that sent nothing for `limit` ms. */
export function deadError(limit: number): GeminiError {
  const message = `The connection is dead: the server sent nothing for ${limit} ms, not even a heartbeat`;
  return new GeminiError(message, { kind: 'network' });
}
