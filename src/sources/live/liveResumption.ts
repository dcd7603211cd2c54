import type { LiveMessage } from '../../live/liveMessage.js';
import { lastingClock } from '../../rx/clock.js';
import { parseDuration } from '../../rx/parseDuration.js';

/** The longest wait for the handle of a turn that has just ended, in ms: a handle that came before does not know the turn. */
const handleWait = 100;

/** The time that is left for the next connection when the server's time is up, in ms. */
const margin = 2_000;

/** The time that a server leaves which does not say how much, in ms. */
const usualTimeLeft = 10_000;

/** Follows the state of a session, to know when and how another connection can continue it. */
export class LiveResumption {
  /** The newest handle by which the session can continue. */
  handle: string | undefined;
  readonly #now = lastingClock();
  /** The time from which the connection is to be replaced, in any state; undefined before the server's `goAway`. */
  #deadline: number | undefined;
  #isTurnOpen = false;
  /** Whether the last word of the server about it was that the session can be resumed. */
  #isResumable = false;
  /** The time at which the last turn ended; undefined if a handle has come since. */
  #endedAt: number | undefined;

  /** @param handle - The handle of an earlier session, from the parameters. */
  constructor(handle: string | undefined) {
    this.handle = handle;
  }

  /** Reads a message of the connection that is heard. */
  read({ sessionResumptionUpdate, serverContent, toolCall, goAway }: LiveMessage): void {
    if (sessionResumptionUpdate) this.#readUpdate(sessionResumptionUpdate);
    const { modelTurn, outputTranscription, turnComplete, interrupted } = serverContent ?? {};
    if (modelTurn ?? outputTranscription ?? toolCall) this.#isTurnOpen = true;
    if (turnComplete || interrupted) {
      this.#isTurnOpen = false;
      this.#endedAt = this.#now();
    }
    if (goAway) {
      const timeLeft = parseDuration(goAway.timeLeft) ?? usualTimeLeft;
      this.#deadline = this.#now() + timeLeft - Math.min(margin, timeLeft / 2);
    }
  }

  /** Whether the server has announced the end of the connection. */
  get isLeaving(): boolean {
    return this.#deadline !== undefined;
  }

  /** Begins the state of another connection. */
  restart(): void {
    this.#deadline = undefined;
    this.#isTurnOpen = false;
    this.#isResumable = false;
    this.#endedAt = undefined;
  }

  /** Keeps the connection until the server closes it: no other one could be opened. */
  keepConnection(): void {
    this.#deadline = undefined;
  }

  /**
   * The wait until the session is to continue on another connection, in ms: 0 at once; undefined if the connection can be
   * kept, or is the only one.
   */
  get handoverDelay(): number | undefined {
    if (this.#deadline === undefined || this.handle === undefined) return undefined;
    const toDeadline = Math.max(0, this.#deadline - this.#now());
    if (this.#isTurnOpen || !this.#isResumable) return toDeadline;
    const toHandle = this.#endedAt === undefined ? 0 : Math.max(0, this.#endedAt + handleWait - this.#now());
    return Math.min(toDeadline, toHandle);
  }

  #readUpdate({ resumable = false, newHandle }: NonNullable<LiveMessage['sessionResumptionUpdate']>): void {
    this.#isResumable = resumable;
    if (!resumable || !newHandle) return;
    this.handle = newHandle;
    this.#endedAt = undefined;
  }
}
