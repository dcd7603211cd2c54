import { catchError, EMPTY, type Observable } from 'rxjs';
import type { Queued } from '../../src/chunk/annotations.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { limiterRefusal } from './limiterRefusal.js';
import type { CheckedLimits } from './sharedLimits.js';

/** The limits that {@link RateLimitStore.open} gets: of all requests, and of each key. @public */
export interface RateLimitSettings extends CheckedLimits {
  /** The limits of each key; undefined if keys have no limits. */
  readonly perKey: CheckedLimits | undefined;
  /** The maximum number of keys that are in use or have begun a request in the last minute. */
  readonly maxKeys: number;
}

/** A request in the queue of a {@link RateLimitStore}, open or waiting. @public */
export interface RateLimitTicket {
  /**
   * The place in the queue. Emits each new place while the request waits, then position 0, and completes when the
   * request may begin; completes without a value if the request may begin at once. Fails with a `GeminiError` of kind
   * `rate_limit` if the request is refused, and with any other error if the store fails: it is the error of the reply,
   * unless `whenStoreFails` is `'allow'`.
   */
  readonly place$: Observable<Queued>;
  /** Replaces the estimate of the input tokens by the number that the server has reported. */
  readonly settle: (tokens: number) => void;
  /**
   * Delays the requests of the limiter: none begins before the pause has ended. A longer pause replaces a shorter one.
   *
   * @param duration - The pause, in ms from now.
   */
  readonly pause: (duration: number) => void;
  /** Ends the request, or removes it from the queue. A second call has no effect. */
  readonly leave: () => void;
}

/** The queue of one limiter in a {@link RateLimitStore}. @public */
export interface RateLimitQueue {
  /**
   * Adds a request.
   *
   * @param key - The user or tenant; undefined for a request that counts for the limits of all only.
   * @param tokens - The input tokens by the estimate.
   * @returns The request in the queue. A failure is an error of its `place$`.
   */
  readonly join: (key: string | undefined, tokens: number) => RateLimitTicket;
}

/**
 * A store for the queue of {@link createRateLimiter} outside of the process, such as `redisStore` of
 * `rxjs-gemini/redis`: all limiters with the same store, in any process, share their limits.
 *
 * The store decides when a request begins, so it keeps all limits of {@link RateLimitSettings}.
 *
 * @public
 */
export interface RateLimitStore {
  /**
   * Opens the queue of a limiter; called once for each limiter.
   *
   * @param settings - The limits.
   * @returns The queue.
   */
  readonly open: (settings: RateLimitSettings) => RateLimitQueue;
}

/** The places of a request; a failure of the store fails them, or completes them so that the request begins. */
export function placesIn({ place$ }: RateLimitTicket, whenStoreFails: 'refuse' | 'allow'): Observable<Queued> {
  return place$.pipe(
    catchError((cause: unknown) => {
      const { kind, message, retryAfter } = toGeminiError(cause);
      if (kind === 'rate_limit') throw limiterRefusal(message, retryAfter);
      if (whenStoreFails === 'allow') return EMPTY;
      throw cause;
    }),
  );
}
