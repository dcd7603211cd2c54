import type { Retrying } from '../../chunk/annotations.js';
import type { LiveMessage, LiveSeam } from '../../live/liveMessage.js';
import type { GeminiError } from '../../errors/geminiError.js';
import { isDropKind } from '../../errors/isDropKind.js';
import { backoffDelay } from '../../rx/backoff.js';
import { refusedCode } from './liveError.js';
import type { LiveOutbox } from './liveOutbox.js';
import type { LiveResumption } from './liveResumption.js';

/** The normalised options of the reconnections. */
export interface LiveReconnectLimits {
  readonly count: number;
  readonly delay: number;
}

/** The longest wait between two attempts, in ms. */
const maxDelay = 30_000;

/** Decides after each failure of a connection whether and when the session continues on another one. */
export class LiveReconnection {
  readonly #session: LiveResumption;
  readonly #outbox: LiveOutbox;
  readonly #limits: LiveReconnectLimits;
  /** The connections since the first; undefined before the first is set up. */
  #attempts: number | undefined;
  /** The failures in a row without anything of the session in between. */
  #failures = 0;
  /** The first of these failures. */
  #drop: GeminiError | undefined;
  /** Whether the server has refused what the last connection has sent. */
  #isRefused = false;
  /** Whether the next connection begins a session anew. */
  #isNew = false;

  constructor(session: LiveResumption, outbox: LiveOutbox, limits: LiveReconnectLimits) {
    this.#session = session;
    this.#outbox = outbox;
    this.#limits = limits;
  }

  /** Counts another connection. */
  begin(): void {
    if (this.#attempts !== undefined) this.#attempts += 1;
  }

  /** Reads a message of a connection: content means that the session lives. */
  read({ serverContent, toolCall, usageMetadata }: LiveMessage): void {
    if (!(serverContent ?? toolCall ?? usageMetadata)) return;
    this.#failures = 0;
    this.#isRefused = false;
    this.#drop = undefined;
  }

  /** Returns the connection that is being opened already when the one before fails. */
  afterDrop(error: GeminiError): Retrying {
    this.#drop ??= error;
    return { attempt: this.#attempts ?? 1, delay: 0, kind: error.kind };
  }

  /**
   * Returns the next connection. Its delay is random, so that many clients do not return at once.
   *
   * @throws GeminiError - If the session ends with the failure.
   */
  afterFailure(error: GeminiError): Retrying {
    this.#drop ??= error;
    const isRefused = isRefusal(error) && this.#attempts !== undefined && this.#attempts > 0;
    if (this.#attempts === undefined || !(isRefused || this.#canContinueAfter(error))) throw error;
    this.#failures += 1;
    if (this.#failures > this.#limits.count) throw this.#drop;
    if (isRefused) this.#giveIn(error);
    const limit = this.#failures === 1 ? 0 : backoffDelay(this.#failures - 1, this.#limits.delay, maxDelay);
    return { attempt: this.#attempts + 1, delay: Math.random() * limit, kind: error.kind };
  }

  #canContinueAfter({ kind }: GeminiError): boolean {
    return isDropKind(kind) && (this.#session.handle !== undefined || this.#isNew);
  }

  /** The mark of the connection that was just set up; undefined for the first. */
  seam(dropped: number): LiveSeam | undefined {
    this.#attempts ??= 0;
    if (this.#attempts === 0) return undefined;
    const kind = this.#drop?.kind;
    const isNew = this.#isNew;
    this.#isNew = false;
    return {
      attempt: this.#attempts,
      dropped,
      ...(kind !== undefined && { kind: isDropKind(kind) ? kind : 'server' }),
      ...(isNew && { isNew }),
    };
  }

  /** Gives up what the server may refuse: first the sound that waits, then the handle. */
  #giveIn(error: GeminiError): void {
    const wasRefused = this.#isRefused;
    this.#isRefused = true;
    if (this.#outbox.dropRealtime() || !wasRefused) return;
    if (this.#session.handle === undefined) throw error;
    this.#session.handle = undefined;
    this.#isNew = true;
  }
}

/** Whether a server has refused what a connection has sent: its handle, or the sound that had waited. */
function isRefusal({ status, kind }: GeminiError): boolean {
  return status === refusedCode || (status === 1008 && (kind === 'permission' || kind === 'not_found'));
}
