import { NEVER, race, retry, timer, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { EventId } from '../chunk/parseEventId.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertDelay, assertInteger, assertOptions, assertPositiveDelay } from '../rx/assertions.js';
import { addJitter, backoffDelay } from '../rx/backoff.js';
import { assertNested } from './assertNested.js';

/** The reconnections of {@link fromSse} and {@link webSocketReplies}. @public */
export interface ReconnectOptions {
  /**
   * The maximum number of reconnections in a row without a new chunk; 0 never reconnects. Reconnections need a server
   * that sends the ids of chunks, and so can resume the reply.
   *
   * @defaultValue 3
   */
  readonly count?: number | undefined;
  /**
   * The longest wait before the first reconnection, in ms. The limit doubles with each reconnection without a new
   * chunk; the actual wait is random, between 0 and the limit. A wait that the server asks for (`retry:`,
   * `Retry-After`) replaces this wait, plus a random part that spreads many clients out; a request for 0 is ignored.
   *
   * @defaultValue 500
   */
  readonly delay?: number | undefined;
  /**
   * The longest silence of the server, in ms, after which the connection counts as dead; `false` waits without a limit.
   * Every byte of an event stream, and every message of a socket, restarts the time, heartbeats included. After a dead
   * connection, the source reconnects if the server can resume the reply; otherwise the result fails with kind
   * `network`, `retryable`.
   *
   * @defaultValue three heartbeats of the server, if the server announces heartbeats (all sinks but `toSse` and
   * `toWebSocket`); else `false`
   */
  readonly maxSilence?: number | false | undefined;
}

/** The options of a source that reconnects. */
interface ReconnectingOptions {
  readonly reconnect?: ReconnectOptions | undefined;
  readonly maxDelay?: number | undefined;
}

/** The options of the reconnections, checked. */
interface CheckedReconnections {
  readonly count: number;
  readonly delay: number;
  readonly maxDelay: number;
  readonly maxSilence: number | false | undefined;
}

/** Checks and defaults the options of the reconnections. @throws TypeError, RangeError - If an option is wrong. */
export function readReconnections(options: ReconnectingOptions): CheckedReconnections {
  assertOptions(options);
  const { reconnect = {}, maxDelay = 30_000 } = options;
  assertNested(options, ['count', 'delay', 'maxSilence']);
  assertOptions(reconnect, 'reconnect');
  const { count = 3, delay = 500, maxSilence } = reconnect;
  assertInteger('reconnect.count', count, 0);
  assertDelay('reconnect.delay', delay);
  if (maxSilence !== undefined && maxSilence !== false) assertPositiveDelay('reconnect.maxSilence', maxSilence);
  assertDelay('maxDelay', maxDelay);
  return { count, delay, maxDelay, maxSilence };
}

/** The state of a reply that decides about a reconnection. */
interface ResumableReply {
  /** Undefined if the reply cannot be resumed. */
  readonly lastEventId: EventId | undefined;
  /** The wait that the server asks for, in ms. */
  readonly retryDelay?: number | undefined;
}

/**
 * Subscribes again when the connection of a reply breaks that can be resumed; other errors fail the result, as
 * `GeminiError`s.
 *
 * @param skipWait - Returns an Observable whose first value ends the wait.
 */
export function reconnectReply<T>(
  reply: ResumableReply,
  { count, delay, maxDelay }: CheckedReconnections,
  skipWait: () => Observable<unknown> = () => NEVER,
): MonoTypeOperatorFunction<T> {
  return retry({
    resetOnSuccess: true,
    delay: (cause: unknown, attempt) => {
      const error = toGeminiError(cause);
      const isBroken = reply.lastEventId !== undefined && error.retryable;
      // A wait of 0 is ignored, so that a server that breaks every connection is not flooded.
      const asked = [error.retryAfter, reply.retryDelay].find((ms = 0) => ms > 0);
      if (!isBroken || attempt > count || (asked ?? 0) > maxDelay) throw error;
      const wait = asked === undefined ? Math.random() * backoffDelay(attempt, delay, maxDelay) : addJitter(asked);
      return race(timer(wait), skipWait());
    },
  });
}
