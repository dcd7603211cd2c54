import { concat, defer, finalize, map, tap, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import {
  assertAtLeastOne,
  assertBoolean,
  assertInteger,
  assertOneOf,
  assertOptions,
  assertString,
  typeError,
} from '../../src/rx/assertions.js';
import { addJitter } from '../../src/rx/backoff.js';
import { placesIn, type RateLimitStore } from './rateLimitStore.js';
import { RequestQueue } from './requestQueue.js';
import type { CheckedLimits } from './sharedLimits.js';

/** Limits of {@link createRateLimiter}, for all replies or for the replies of one key. @public */
export interface RateLimits {
  /** The maximum number of requests that begin in any 60 s. @defaultValue no limit */
  readonly requestsPerMinute?: number | undefined;
  /** The maximum number of input tokens of the requests in any 60 s. @defaultValue no limit */
  readonly tokensPerMinute?: number | undefined;
  /** The maximum number of requests that are open at once. @defaultValue no limit */
  readonly concurrency?: number | undefined;
  /**
   * The maximum number of waiting replies; one more fails at once, kind `rate_limit`, retryable.
   * @defaultValue 1000 in all, including replies that wait for their key; 100 of one key
   */
  readonly maxQueued?: number | undefined;
}

/** Options of {@link createRateLimiter}: limits for all replies, for each key, or both; at least one. @public */
export interface RateLimiterOptions extends RateLimits {
  /** The limits of each `key` of {@link RateLimiter.limit}. @defaultValue no limits */
  readonly perKey?: RateLimits | undefined;
  /**
   * The maximum number of keys that are in use or have begun a request in the last minute; a reply of one more key
   * fails at once, kind `rate_limit`, retryable. @defaultValue 10 000
   */
  readonly maxKeys?: number | undefined;
  /**
   * The input tokens that are counted for a request until the server reports them, if {@link LimitOptions.tokens} is
   * absent.
   * @defaultValue 1000, or `tokensPerMinute` if less
   */
  readonly estimate?: number | undefined;
  /**
   * Whether a random part (up to a quarter, at most 5 s) is added to the wait that the server asks for (`retryAfter`),
   * so that many processes do not return at once. @defaultValue true
   */
  readonly jitter?: boolean | undefined;
  /**
   * The store of the queue, with which all processes share the limits: `redisStore(redis)` of `rxjs-gemini/redis`, or
   * any {@link RateLimitStore}. @defaultValue the memory of this process
   */
  readonly store?: RateLimitStore | undefined;
  /**
   * The policy for a reply while the `store` fails or does not answer in time: `'refuse'` fails the reply without a
   * request, kind `network`, retryable; `'allow'` makes the request without a limit. A reply whose request has begun is
   * not disturbed. @defaultValue `'refuse'`
   */
  readonly whenStoreFails?: 'refuse' | 'allow' | undefined;
}

/** Options of {@link RateLimiter.limit}. @public */
export interface LimitOptions {
  /**
   * The user or tenant to whose `perKey` limits the reply counts. @defaultValue the reply counts for the outer limits
   * only
   */
  readonly key?: string | undefined;
  /**
   * The input tokens that are counted for the request until the server reports them. @defaultValue `estimate` of the
   * limiter
   */
  readonly tokens?: number | undefined;
}

/** A limiter from {@link createRateLimiter}. @public */
export interface RateLimiter {
  /**
   * Makes each request wait until the limits have room for it. The notices of the operator are emitted before the
   * source is subscribed, so they lack the annotations of operators above.
   *
   * @param options - See {@link LimitOptions}.
   * @returns An operator from chunks to the same chunks and notices, which are plain {@link GeminiChunk}s.
   * @throws TypeError - At the call, if `key` is not a string, or absent although only `perKey` has limits.
   * @throws RangeError - At the call, if `tokens` is not a whole number from 1 to `tokensPerMinute`.
   */
  readonly limit: <T extends GeminiChunk>(options?: LimitOptions) => OperatorFunction<T, T | GeminiChunk>;
}

/**
 * Creates a limiter for all replies that share a quota. Its operator, `limiter.limit()`, delays each request until the
 * limits have room for it.
 *
 * Keep the limiter in a variable or a service. Each call of this function creates new limits: a call inside a pipe
 * limits nothing.
 *
 * Among the requests for which `perKey` has room, the first to arrive begins first. A reply that waits for its key
 * takes no place of the outer `concurrency` and delays no other key. A reply without a key counts for the outer limits
 * only. A key is removed when it has no open or queued reply and, if `perKey` has a limit per minute, no request in the
 * last minute.
 *
 * A reply that has to wait emits a notice, `{ text: '', queued: { position, delay } }`, at once, and another notice
 * whenever its position changes: 1 is the next, 0 means that its request begins. `delay` is the wait in ms, from this
 * notice, if time alone decides it (a limit per minute, the server's `retryAfter`); it is absent if the request waits for
 * the end of another reply. Another notice follows if the wait becomes known, unknown or longer. Positions follow the
 * order in which the replies would begin at present: first the replies whose key has room, then the replies that wait
 * for their key, each in the order of arrival. So a reply that waits for its key can move back when a reply of another
 * key arrives. From the 17th reply on, notices are emitted in a microtask, and the first has no `delay`. An
 * unsubscription removes a reply from the queue, and the others move up. A place of `concurrency` is free again once a reply has completed, failed or been unsubscribed.
 *
 * In any 60 s at most `requestsPerMinute` requests begin, which is stricter than a minute of the clock. A request
 * counts as `tokens`, or `estimate`, and as its `promptTokenCount` as soon as a chunk reports it, from the time at
 * which it began: Gemini's limit per minute is one of input tokens. If the prompt was longer than that, later requests
 * wait longer. A source that fails with kind `rate_limit` and a `retryAfter` delays the requests of all keys that long,
 * and a little longer (`jitter`): the quota is the project's.
 *
 * A reply beyond `maxQueued` or `maxKeys` fails at once, kind `rate_limit`. `retryAfter` of the error is the wait until
 * the next queued reply may begin, or until a key is removed; `retryAfter` is absent if the wait depends on the end of
 * another reply. {@link retryTransient} does not retry such a reply; after the refusal of a retry, it fails with the
 * failure that led to the retry.
 *
 * With a `store`, all processes share the limits: `redisStore` of `rxjs-gemini/redis`. While the store
 * fails, a reply fails with kind `network`, unless `whenStoreFails` is `'allow'`.
 *
 * Place it below `timeoutReply`, whose limits are not meant for the queue, and `classifyErrors`, and above
 * `retryTransient`, each of whose requests then waits again. Lossless; holds no chunk; remembers the requests of the
 * last minute, at most `maxQueued` queued replies and at most `maxKeys` keys. No timer runs while no reply waits.
 *
 * @param options - See {@link RateLimiterOptions}.
 * @returns The limiter, see {@link RateLimiter}.
 * @throws TypeError - At the call, if there is no limit, or an option is not a number (`jitter`: not a boolean; `store`: not
 * a store; `whenStoreFails`: not one of its values).
 * @throws RangeError - At the call, if an option is not a whole number of at least 1 (`maxQueued`: 0), or `estimate` is
 * more than `tokensPerMinute`.
 * @example
 * ```ts
 * const limiter = createRateLimiter({ requestsPerMinute: 60, perKey: { concurrency: 1 } });
 * fromGemini(ai, { model, contents: 'Hello' })
 *   .pipe(protectReply({ limit: limiter.limit({ key: 'user 1' }), retry: {} }))
 *   .subscribe(({ queued, text }) => console.log(queued ? `${queued.position} in the queue` : text));
 * ```
 * @public
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  assertOptions(options);
  const { perKey, maxKeys = 10_000, jitter = true, store, whenStoreFails = 'refuse' } = options;
  if (perKey !== undefined) assertOptions(perKey, 'perKey');
  const limits = checkedLimits(options, 1000);
  const keyLimits = perKey && checkedLimits(perKey, 100, 'perKey.');
  const isLimited = hasLimit(limits);
  assertAtLeastOne({
    requestsPerMinute: isLimited,
    tokensPerMinute: isLimited,
    concurrency: isLimited,
    perKey: hasLimit(keyLimits),
  });
  const maxTokensOfKey = Math.min(limits.tokensPerMinute, keyLimits?.tokensPerMinute ?? Infinity);
  const { estimate = Math.min(1000, maxTokensOfKey) } = options;
  assertInteger('estimate', estimate, 1, maxTokensOfKey);
  assertInteger('maxKeys', maxKeys, 1);
  assertBoolean('jitter', jitter);

  assertOneOf('whenStoreFails', whenStoreFails, ['refuse', 'allow']);
  if (store !== undefined && !isStore(store)) throw typeError('store', 'a `RateLimitStore`', store);

  const queue = store
    ? store.open({ ...limits, perKey: keyLimits, maxKeys })
    : new RequestQueue(limits, keyLimits, maxKeys);

  const limit = <T extends GeminiChunk>(limitOptions: LimitOptions = {}): OperatorFunction<T, T | GeminiChunk> => {
    assertOptions(limitOptions, 'options', "limit({ key: 'user 1' })");
    const { key, tokens = estimate } = limitOptions;
    if (key === undefined && !isLimited) throw typeError('key', 'a string, as only `perKey` has limits', key);
    if (key !== undefined) assertString('key', key);
    assertInteger('tokens', tokens, 1, key === undefined ? limits.tokensPerMinute : maxTokensOfKey);

    return (source) =>
      defer(() => {
        const request = queue.join(key, tokens);
        const { leave } = request;
        const places$ = store ? placesIn(request, whenStoreFails) : request.place$;
        const notices$ = places$.pipe(map((queued): GeminiChunk => ({ text: '', queued })));
        const settled$ = source.pipe(
          tap({
            next: ({ usageMetadata }) => {
              const count = usageMetadata?.promptTokenCount;
              if (isTokenCount(count)) request.settle(count);
            },
            error: (cause: unknown) => {
              const { kind, retryAfter } = toGeminiError(cause);
              // After a pause that is not finite, no request would begin.
              if (kind === 'rate_limit' && retryAfter !== undefined && Number.isFinite(retryAfter))
                request.pause(jitter ? addJitter(retryAfter) : retryAfter);
              leave();
            },
            complete: leave,
          }),
        );
        // `tap` calls nothing for a subscriber that is closed before the subscription.
        return concat(notices$, settled$).pipe(finalize(leave));
      });
  };

  const misused = (): never => {
    throw new TypeError('Expected `limiter.limit()` in a pipe, got the limiter itself');
  };
  return Object.assign(misused, { limit });
}

function checkedLimits(limits: RateLimits, queued: number, prefix = ''): CheckedLimits {
  const { requestsPerMinute = Infinity, tokensPerMinute = Infinity, concurrency = Infinity } = limits;
  const { maxQueued = queued } = limits;
  for (const [name, limit] of Object.entries({ requestsPerMinute, tokensPerMinute, concurrency })) {
    if (limit !== Infinity) assertInteger(`${prefix}${name}`, limit, 1);
  }
  assertInteger(`${prefix}maxQueued`, maxQueued, 0);
  return { requestsPerMinute, tokensPerMinute, concurrency, maxQueued };
}

function isStore(store: unknown): boolean {
  return typeof (store as Partial<RateLimitStore> | null)?.open === 'function';
}

/** Whether a count from the server can replace an estimate: JSON has negative numbers, and `1e999` is `Infinity`. */
function isTokenCount(tokens: number | undefined): tokens is number {
  return Number.isSafeInteger(tokens) && Number(tokens) > 0;
}

/** `true` or undefined, as {@link assertAtLeastOne} takes it. */
function hasLimit(limits: CheckedLimits | undefined): true | undefined {
  if (!limits) return undefined;
  const { requestsPerMinute, tokensPerMinute, concurrency } = limits;
  return Math.min(requestsPerMinute, tokensPerMinute, concurrency) < Infinity ? true : undefined;
}
