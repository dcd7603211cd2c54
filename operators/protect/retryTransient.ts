import { defer, finalize, identity, merge, retry, Subject, tap, timer, type MonoTypeOperatorFunction } from 'rxjs';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { isBackgroundRun } from '../../src/chunk/isBackgroundRun.js';
import { noticeAfter } from '../../src/chunk/noticeAfter.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { isLimiterRefusal } from './limiterRefusal.js';
import { assertBoolean, assertDelay, assertFunction, assertInteger, assertOptions } from '../../src/rx/assertions.js';
import { backoffDelay, addJitter } from '../../src/rx/backoff.js';

/** The argument of `onRetry`. @public */
export interface RetryInfo {
  /** The number of the retry, counted from 1. */
  readonly attempt: number;
  /** The wait before the retry, in ms. */
  readonly delay: number;
  /** The failure of the last attempt. */
  readonly error: GeminiError;
}

/** Options of {@link retryTransient}. @public */
export interface RetryTransientOptions {
  /** The maximum number of retries; 0 never retries. @defaultValue 3 */
  readonly count?: number | undefined;
  /** The longest wait before the first retry, in ms; the limit doubles with each retry. @defaultValue 500 */
  readonly delay?: number | undefined;
  /**
   * The longest wait, in ms. If the server asks for a longer wait, the failure is not retried; the jitter added to the
   * server's wait does not count. @defaultValue 30_000
   */
  readonly maxDelay?: number | undefined;
  /**
   * Whether a wait is random, so that many clients spread out: between 0 and the longest wait, or, if the server asks
   * for a wait, between the server's wait and a quarter more (at most 5 s). @defaultValue true
   */
  readonly jitter?: boolean | undefined;
  /** Called with each retry, before the wait. */
  readonly onRetry?: ((notice: RetryInfo) => void) | undefined;
}

/**
 * Makes the request again after a failure that may pass, as long as no content of the reply has been emitted.
 *
 * Chunks are emitted as they arrive. A request is retried if the failure is `retryable` (an error that is not a {@link
 * GeminiError} is judged by {@link toGeminiError}), if a retry is left, and if no chunk was emitted that has content or
 * is marked `cancelled` or `stopped`: no text is ever emitted twice. Notices and token counts of a failed attempt are
 * not content. An interaction that runs in the background and has an id is never requested again, whatever the failure:
 * the run continues, and can be followed by its id. The wait is the server's (`retryAfter`), plus a random part; if the
 * server asks for more than `maxDelay`, the result fails at once. If the server asks for no wait, or for 0, the wait is
 * an exponential backoff: up to `delay`, then up to twice and four times `delay`, never more than `maxDelay`. A
 * limiter above (`limiter.limit()`) whose queue is full fails the result at once. If it refuses a retry, further retries
 * follow, and the result fails with the failure before them.
 *
 * Before a wait, a notice is emitted (a chunk with annotations only: see {@link isNotice}). Its mark `retrying` has the
 * `attempt` (1 for the first retry), the `delay` and the `kind`. Another notice with `delay: 0` follows when the new
 * request starts; only the latter if there is no wait. The notices have the latest `progress`, `metrics` and `cost` of
 * operators above.
 *
 * A failure that is not retried fails the result with a `GeminiError`. An `onRetry` that throws fails the result. An
 * unsubscription ends the wait. Lossless; holds nothing. The SDK has its own `retryOptions`: use either the operator or
 * the SDK's option.
 *
 * @param options - See {@link RetryTransientOptions}.
 * @returns An operator from chunks to the same chunks and notices.
 * @throws RangeError - At the call, if `count` is not a whole number of at least 0, or a delay is negative.
 * @throws TypeError - At the call, if `jitter` is not a boolean or `onRetry` not a function.
 * @example
 * ```ts
 * reply$.pipe(classifyErrors(), retryTransient({ count: 5 })).subscribe(({ retrying, text }) => {
 *   console.log(retrying ? `${retrying.kind}: trying again in ${retrying.delay} ms` : text);
 * });
 * ```
 * @public
 */
export function retryTransient<T extends GeminiChunk>(
  options: RetryTransientOptions = {},
): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { count = 3, delay = 500, maxDelay = 30_000, jitter = true, onRetry } = options;
  assertInteger('count', count, 0);
  assertDelay('delay', delay);
  assertDelay('maxDelay', maxDelay);
  assertBoolean('jitter', jitter);
  assertFunction('onRetry', onRetry);

  const backoff = (attempt: number): number => {
    const longest = backoffDelay(attempt, delay, maxDelay);
    return jitter ? Math.random() * longest : longest;
  };

  const later = jitter ? addJitter : identity<number>;

  return (source) =>
    defer(() => {
      /** Whether a chunk was emitted after which the request must not be repeated. */
      let isFinal = false;
      let latest: T | undefined;
      let failure: GeminiError | undefined;
      const notices$ = new Subject<T>();
      const attempts$ = source.pipe(
        tap((chunk) => {
          latest = chunk;
          isFinal ||= hasContent(chunk) || wasCutShort(chunk) || isBackgroundRun(chunk);
        }),
        retry({
          delay: (cause: unknown, attempt) => {
            const error = toGeminiError(cause);
            // The failure that led to a retry says more than the refusal of the retry.
            if (!isLimiterRefusal(cause)) failure = error;
            if (!failure) throw error;
            const { retryable, retryAfter: asked = 0, kind } = error;
            if (isFinal || !retryable || attempt > count || asked > maxDelay) throw failure;
            const wait = asked > 0 ? later(asked) : backoff(attempt);
            onRetry?.({ attempt, delay: wait, error });
            const announce = (rest: number) => {
              notices$.next(withField(noticeAfter(latest), 'retrying', { attempt, delay: rest, kind }));
            };
            if (wait > 0) announce(Math.ceil(wait));
            return timer(wait).pipe(tap(() => announce(0)));
          },
        }),
        finalize(() => notices$.complete()),
      );
      return merge(notices$, attempts$);
    });
}
