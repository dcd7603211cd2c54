import { randomBytes } from 'node:crypto';
import type { RateLimitStore } from '../../operators/protect/rateLimitStore.js';
import { assertOptions, assertPositiveDelay, assertString, rangeError } from '../rx/assertions.js';
import { LimitCalls } from './limitCalls.js';
import { assertRedis, type RedisClient } from './redisClient.js';
import { assertPrefix, defaultPrefix, encodeId } from './replyKeys.js';
import { SharedQueue } from './sharedQueue.js';

/** Options of {@link redisStore}. @public */
export interface RedisStoreOptions {
  /** The name of the limiter: limiters with the same name share their limits. @defaultValue 'default' */
  readonly name?: string | undefined;
  /** The beginning of all keys in Redis, as 1 to 128 characters without braces. @defaultValue 'rxjs-gemini' */
  readonly prefix?: string | undefined;
  /**
   * The time after which a process that has not renewed its lease loses its places, open and waiting, in ms. A process
   * renews it three times as often, by one call for all its requests. @defaultValue 15_000
   */
  readonly lease?: number | undefined;
  /**
   * The longest time for which a new request waits for the answer of Redis, in ms. After it, `whenStoreFails` of
   * {@link RateLimiterOptions} decides about the request. @defaultValue 2_000
   */
  readonly timeout?: number | undefined;
}

/**
 * Creates the store of a limiter for all processes: `createRateLimiter({ …, store: redisStore(redis) })`. All limiters
 * with the same `name` on one server share their limits: create all of them with the same options.
 *
 * A script on the server decides by the server's clock when a request begins: over all processes, at most `concurrency`
 * are open, at most `requestsPerMinute` begin in any 60 s, and the first to arrive begins first. Tokens are counted by
 * the estimate until the server reports them. A `retryAfter` delays the requests of all processes. `maxQueued` and
 * `maxKeys` count over all processes.
 *
 * A process has a lease. The requests of a process that was killed are removed when its lease ends, also those that
 * wait. A process that was halted for longer than its lease has lost its places; when it continues, its waiting requests
 * join again in their order of arrival, and its open ones continue and are counted again, so that more than `concurrency`
 * may be open for a while. If Redis has lost its data, the waiting requests join again in their order, and nothing begins
 * for half a lease, in which the processes report their open requests. The requests of the last minute that have ended
 * are forgotten then, unless Redis stores them (`appendonly yes`).
 *
 * Waiting requests are woken by messages, on one more connection for each process; after a lost message,
 * a process asks Redis for the places when it has connected again, and when it renews its lease. A request that waits fails with kind `network`
 * when Redis has not answered for as long as a lease. A failure of Redis does not disturb an open request.
 *
 * The notices `queued` have the position over all processes. Two things differ from a limiter without a store: they are
 * renewed at most 10 times a second, less often if thousands wait; and only the first 64 positions have a `delay` (the
 * first 16, in the first notice of a request).
 *
 * Redis holds the requests of the last minute, and those that are open or wait; a user's `key` is stored as a digest. All
 * keys expire by themselves, and have one hash tag.
 *
 * @param redis - A connected client of the package `redis`, 5 or 6.
 * @param options - See {@link RedisStoreOptions}.
 * @returns The store, for {@link createRateLimiter}.
 * @throws TypeError - At the call, if `redis` is not such a client, or an option has the wrong type.
 * @throws RangeError - At the call, if `name` is empty, `prefix` is not valid, or `lease` or `timeout` is not positive.
 * @example
 * ```ts
 * const limiter = createRateLimiter({ requestsPerMinute: 600, perKey: { concurrency: 1 }, store: redisStore(redis) });
 * fromGemini(ai, { model, contents: 'Hello' })
 *   .pipe(protectReply({ limit: limiter.limit({ key: 'user 1' }), retry: {} }))
 *   .subscribe(({ queued, text }) => console.log(queued ? `${queued.position} in the queue` : text));
 * ```
 * @public
 */
export function redisStore(redis: RedisClient, options: RedisStoreOptions = {}): RateLimitStore {
  assertRedis(redis);
  assertOptions(options);
  const { name = 'default', prefix = defaultPrefix, lease = 15_000, timeout = 2_000 } = options;
  assertString('name', name);
  const encodedName = encodeId(name);
  if (!encodedName) throw rangeError('name', 'a name', name);
  assertPrefix(prefix);
  assertPositiveDelay('lease', lease);
  assertPositiveDelay('timeout', timeout);

  const base = `${prefix}:{limit:${encodedName}}`;
  return {
    open: (limits) => {
      const process = randomBytes(9).toString('base64url');
      const calls = new LimitCalls(redis, { base, process, lease: Math.ceil(lease), limits });
      return new SharedQueue({ calls, process, lease, timeout, limits });
    },
  };
}
