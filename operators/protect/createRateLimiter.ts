import { concat, defer, finalize, map, tap, type Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { assertBoolean, assertInteger, assertOptions } from '../../src/rx/assertions.js';
import { addJitter } from '../../src/rx/backoff.js';
import { Allowance } from './allowance.js';
import { TurnQueue } from './turnQueue.js';

/** Options of {@link createRateLimiter}: at least one of the three limits. @public */
export interface RateLimiterOptions {
  /** The most requests that begin in any 60 s. @defaultValue no limit */
  readonly requestsPerMinute?: number | undefined;
  /** The most input tokens of the requests of any 60 s. @defaultValue no limit */
  readonly tokensPerMinute?: number | undefined;
  /** The most requests that are open at once. @defaultValue no limit */
  readonly concurrency?: number | undefined;
  /**
   * The input tokens that a request counts for `tokensPerMinute` until the server reports them.
   * @defaultValue 1000, or `tokensPerMinute` where that is less
   */
  readonly estimate?: number | undefined;
  /** The most replies that wait; one more fails at once, kind `rate_limit`, retryable. @defaultValue 1000 */
  readonly maxQueued?: number | undefined;
  /**
   * Whether the wait that the server asks for (`retryAfter`) is made longer by a random part, up to a quarter and at
   * most 5 s, so that many processes do not come back in one moment. @defaultValue true
   */
  readonly jitter?: boolean | undefined;
}

/**
 * The operator for all replies that share a limit, from {@link createRateLimiter}. Its notices come before the source is
 * subscribed, so they lack the annotations of operators above.
 *
 * @public
 */
export type RateLimiter = <T extends GeminiChunk>(source: Observable<T>) => Observable<T | GeminiChunk>;

/**
 * Makes a limiter: one operator for all replies that share a limit, which lets each begin when its turn has come.
 *
 * The subscription to the source waits, so that the request is made when there is room: first come, first served. One
 * that has to wait emits a notice, `{ text: '', queued: { position } }`, at once, and another whenever its position
 * changes: 1 is the next, 0 means that its turn has come. From then on chunks are emitted as they come. An
 * unsubscription leaves the queue, and the others move up; from the 17th on, their notices come in a microtask. A place
 * among the `concurrency` is free again once a reply has completed, failed or been unsubscribed.
 *
 * In any 60 s at most `requestsPerMinute` requests begin, which is stricter than a minute of the clock. A request
 * counts as `estimate` tokens, and as its `promptTokenCount` as soon as a chunk reports it, from when it began:
 * Gemini's limit a minute is one of input tokens. If that was more than the estimate, the next ones wait longer. A
 * source that fails with kind `rate_limit` and a `retryAfter` makes all wait that long, and a little longer (`jitter`).
 *
 * A reply beyond `maxQueued` fails at once, kind `rate_limit`. Its `retryAfter` is the wait until the next queued reply
 * may begin; it is absent if that depends on the end of another reply.
 *
 * Place it directly below the source and `timeoutReply`, whose limits are not meant for the queue, and above
 * `retryTransient`, each of whose requests then waits for its turn. Lossless; holds no chunk; remembers the requests of
 * the last minute and those that wait, at most `maxQueued`. No timer runs while nobody waits.
 *
 * @param options - See {@link RateLimiterOptions}.
 * @returns The limiter. Keep it, and apply it to every reply that counts: each call of this function makes a new limit.
 * @throws TypeError - At the call, if there is no limit, or an option is not a number (`jitter`: not a boolean).
 * @throws RangeError - At the call, if an option is not a whole number of at least 1 (`maxQueued`: 0), or `estimate` is
 * more than `tokensPerMinute`.
 * @example
 * ```ts
 * const limit = createRateLimiter({ requestsPerMinute: 60, concurrency: 4 });
 * fromGemini(ai, { model, contents: 'Hello' })
 *   .pipe(limit, retryTransient())
 *   .subscribe(({ queued, text }) => console.log(queued ? `${queued.position} in the queue` : text));
 * ```
 * @public
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  assertOptions(options);
  const {
    requestsPerMinute = Infinity,
    tokensPerMinute = Infinity,
    concurrency = Infinity,
    maxQueued = 1000,
    jitter = true,
  } = options;
  const { estimate = Math.min(1000, tokensPerMinute) } = options;
  assertLimits({ requestsPerMinute, tokensPerMinute, concurrency });
  assertInteger('estimate', estimate, 1, tokensPerMinute);
  assertInteger('maxQueued', maxQueued, 0);
  assertBoolean('jitter', jitter);

  const allowance = new Allowance(requestsPerMinute, tokensPerMinute);
  const turns = new TurnQueue({ allowance, concurrency, estimate });

  return <T extends GeminiChunk>(source: Observable<T>): Observable<T | GeminiChunk> =>
    defer(() => {
      const turn = turns.join();
      const leave = () => {
        turns.leave(turn);
      };
      if (turn.position$.value > maxQueued) {
        leave();
        throw refusal(maxQueued, turns.wait);
      }
      const notices$ = turn.position$.pipe(map((position): GeminiChunk => ({ text: '', queued: { position } })));
      return concat(notices$, source).pipe(
        tap({
          next: ({ usageMetadata }) => {
            turns.settle(turn, usageMetadata?.promptTokenCount);
          },
          error: (cause: unknown) => {
            const { kind, retryAfter } = toGeminiError(cause);
            if (kind === 'rate_limit' && retryAfter !== undefined)
              allowance.pause(jitter ? addJitter(retryAfter) : retryAfter);
            leave();
          },
          complete: leave,
        }),
        // Not by `tap`, which does not hear of a subscriber that is closed before it is subscribed.
        finalize(leave),
      );
    });
}

/** The error of a reply beyond `maxQueued`, with the wait until a queued one may begin, if time decides that. */
function refusal(maxQueued: number, wait: number): GeminiError {
  const message = `More than ${String(maxQueued)} replies wait for the rate limit`;
  return new GeminiError(message, { kind: 'rate_limit', retryAfter: wait > 0 ? Math.ceil(wait) : undefined });
}

function assertLimits(limits: Readonly<Record<string, number>>): void {
  const given = Object.entries(limits).filter(([, limit]) => limit !== Infinity);
  if (given.length === 0) {
    throw new TypeError('Expected at least one of `requestsPerMinute`, `tokensPerMinute` and `concurrency`, got none');
  }
  for (const [name, limit] of given) assertInteger(name, limit, 1);
}
