import { idleTimer, type IdleTimer } from '../rx/idleTimer.js';
import { missedBeats } from '../rx/keepAlive.js';
import { maxTimerDelay } from '../rx/maxTimerDelay.js';

/**
 * Monitors a client that has announced heartbeats while it has open replies: no socket reports a client that vanished
 * without closing its connection.
 */
export class ClientMonitor {
  readonly #heartbeat: number;
  readonly #onSilent: () => void;
  /** The longest silence, in ms; 0 without an announcement. */
  #limit = 0;
  #hasReplies = false;
  #timer: IdleTimer | undefined;

  /**
   * @param heartbeat - The time between the heartbeats of the server, in ms. A page in the background may get no timers,
   * and then sends heartbeats only when it receives something.
   * @param onSilent - Called when the client has missed three heartbeats.
   */
  constructor(heartbeat: number, onSilent: () => void) {
    this.#heartbeat = heartbeat;
    this.#onSilent = onSilent;
  }

  /** Reads the time between heartbeats that a client announces, in ms. Of several times, the longest counts. */
  announce(interval: number): void {
    const limit = missedBeats * Math.max(interval, this.#heartbeat);
    if (limit <= this.#limit || limit > maxTimerDelay) return;
    this.#limit = limit;
    this.#restart();
  }

  /** Restarts the time: a message has arrived. */
  touch(): void {
    this.#timer?.touch();
  }

  /** Starts or ends the monitor: a client without replies need not send heartbeats. */
  watch(hasReplies: boolean): void {
    if (hasReplies === this.#hasReplies) return;
    this.#hasReplies = hasReplies;
    this.#restart();
  }

  #restart(): void {
    this.#timer?.wait.unsubscribe();
    this.#timer = this.#hasReplies && this.#limit > 0 ? idleTimer(this.#limit, this.#onSilent) : undefined;
  }
}
