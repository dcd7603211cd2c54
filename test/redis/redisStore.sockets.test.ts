import { createClient, createCluster } from 'redis';
import { defer, NEVER, of, Subject, type Observable, type Subscription } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRateLimiter, type RateLimiterOptions } from '../../operators/protect/createRateLimiter.js';
import { isLimiterRefusal } from '../../operators/protect/limiterRefusal.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { RedisClient } from '../../src/redis/redisClient.js';
import { redisStore, type RedisStoreOptions } from '../../src/redis/redisStore.js';
import { chunk, usageChunk } from '../../src/testing/chunks.js';
import { outcomeOf } from '../support/outcome.js';
import { hasRedis, startRedis, type RedisServer } from '../support/redisServer.js';

const patience = { timeout: 10_000, interval: 5 };

interface TestClient extends RedisClient {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
}

/** The clients of the package `redis`. */
const clients: readonly [name: string, isCluster: boolean, create: (url: string) => TestClient][] = [
  ['createClient of redis 6', false, (url) => createClient({ url })],
  ['createCluster of redis 6', true, (url) => createCluster({ rootNodes: [{ url }] })],
];

/** One reply and all that it has emitted: `request` for its request, positions, `end`, or the kind of a failure. */
class Reply {
  readonly events: string[] = [];
  readonly queued: GeminiChunk['queued'][] = [];
  readonly #source = new Subject<GeminiChunk>();
  readonly subscription: Subscription;
  failure: unknown;

  constructor(limit: (source: Observable<GeminiChunk>) => Observable<GeminiChunk>) {
    const request$ = defer(() => {
      this.events.push('request');
      return this.#source;
    });
    this.subscription = request$.pipe(limit).subscribe({
      next: ({ queued }) => {
        if (!queued) return;
        this.queued.push(queued);
        this.events.push(String(queued.position));
      },
      error: (cause: unknown) => {
        this.failure = cause;
        this.events.push(cause instanceof GeminiError ? cause.kind : String(cause));
      },
      complete: () => this.events.push('end'),
    });
  }

  next(one: GeminiChunk): void {
    this.#source.next(one);
  }

  error(cause: GeminiError): void {
    this.#source.error(cause);
  }

  complete(): void {
    this.#source.complete();
  }

  async saw(event: string): Promise<void> {
    await vi.waitFor(() => {
      expect(this.events.at(-1)).toBe(event);
    }, patience);
  }
}

describe.skipIf(!hasRedis).each(clients)('redisStore with %s', (_, isCluster, create) => {
  let server: RedisServer;
  let admin: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis({ cluster: isCluster });
    admin = createClient({ url: server.url });
    admin.on('error', () => undefined);
    await admin.connect();
  });
  afterAll(async () => {
    admin.destroy();
    await server.stop();
  });

  const connect = async () => {
    const redis = create(server.url);
    redis.on('error', () => undefined);
    await redis.connect();
    onTestFinished(() => {
      redis.destroy();
    });
    return redis;
  };

  let names = 0;
  const newName = () => `test ${String(++names)}`;
  const keyOf = (name: string, part: string) => `rxjs-gemini:{limit:${encodeURIComponent(name)}}:${part}`;
  /** A limiter of its own process, as far as the server can tell. */
  const limiterOf = async (limits: RateLimiterOptions, options: RedisStoreOptions) => {
    const { limit } = createRateLimiter({ ...limits, store: redisStore(await connect(), options) });
    return (key?: string) => new Reply((source) => source.pipe(limit({ key })));
  };

  it('shares `concurrency` between processes, with positions over all, and wakes by a message', async () => {
    // A heartbeat comes after the test.
    const options = { name: newName(), lease: 100_000 };
    const [one, two] = [await limiterOf({ concurrency: 1 }, options), await limiterOf({ concurrency: 1 }, options)];
    const first = one();
    await first.saw('request');
    const second = two();
    await second.saw('1');
    const third = one();
    await third.saw('2');
    const fourth = two();
    await fourth.saw('3');
    second.subscription.unsubscribe();
    await third.saw('1');
    await fourth.saw('2');
    first.complete();
    await third.saw('request');
    await fourth.saw('1');
    third.subscription.unsubscribe();
    await fourth.saw('request');
    fourth.complete();
    expect([first, second, third, fourth].map(({ events }) => events)).toEqual([
      ['request', 'end'],
      ['1'],
      ['2', '1', '0', 'request'],
      ['3', '2', '1', '0', 'request', 'end'],
    ]);
    await vi.waitFor(async () => {
      expect(await admin.exists([keyOf(options.name, 'requests'), keyOf(options.name, 'members')])).toBe(0);
    }, patience);
  });

  it('keeps every key in one slot, and lets all of them expire', async () => {
    const name = newName();
    const limits = { concurrency: 1, requestsPerMinute: 9, perKey: { requestsPerMinute: 5, concurrency: 1 } };
    const ask = await limiterOf(limits, { name, prefix: 'mine' });
    const [first, second] = [ask('a'), ask('a')];
    await second.saw('1');
    const keys = await admin.keys('mine:*');
    expect(keys.every((key) => key.startsWith(`mine:{limit:${encodeURIComponent(name)}}:`))).toBe(true);
    const lives = await Promise.all(keys.map((key) => admin.pTTL(key)));
    expect(Math.min(...lives)).toBeGreaterThan(60_000);
    expect(Math.max(...lives)).toBeLessThanOrEqual(120_000);
    expect(keys.length).toBeGreaterThan(8);
    first.subscription.unsubscribe();
    second.subscription.unsubscribe();
  });

  it('delays the requests of all processes for a `retryAfter`, and reports the delay', async () => {
    const options = { name: newName() };
    const limits = { concurrency: 2, jitter: false };
    const [one, two] = [await limiterOf(limits, options), await limiterOf(limits, options)];
    const first = one();
    await first.saw('request');
    first.error(new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 300 }));
    await vi.waitFor(async () => {
      expect(Number(await admin.hGet(keyOf(options.name, 'state'), 'paused'))).toBeGreaterThan(0);
    }, patience);
    const second = two();
    await second.saw('request');
    expect(second.events).toEqual(['1', '0', 'request']);
    const [{ delay = 0 } = { delay: 0 }] = second.queued;
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThanOrEqual(300);
  });

  it('settles the tokens when the server reports them', async () => {
    const options = { name: newName() };
    const limits = { tokensPerMinute: 100, estimate: 90 };
    const [one, two] = [await limiterOf(limits, options), await limiterOf(limits, options)];
    const first = one();
    await first.saw('request');
    const second = two();
    await second.saw('1');
    expect(second.queued[0]?.delay).toBeGreaterThan(50_000);
    first.next(usageChunk({ promptTokenCount: 10 }));
    await second.saw('request');
  });

  it('refuses beyond `maxQueued` and `maxKeys` of all processes, as a limiter does', async () => {
    const options = { name: newName() };
    const limits = { concurrency: 1, maxQueued: 1, maxKeys: 2, perKey: { concurrency: 1, maxQueued: 1 } };
    const [one, two] = [await limiterOf(limits, options), await limiterOf(limits, options)];
    await one('a').saw('request');
    await one('b').saw('1');
    const [ofKey, ofAll, ofKeys] = [two('b'), two(), two('c')];
    await Promise.all([ofKey, ofAll, ofKeys].map((reply) => reply.saw('rate_limit')));
    expect([ofKey, ofAll, ofKeys].map(({ failure }) => (failure as GeminiError).message)).toEqual([
      'More than 1 replies of one key wait for the rate limit',
      'More than 1 replies wait for the rate limit',
      'More than 2 keys of the rate limit are in use',
    ]);
    expect(isLimiterRefusal(ofAll.failure)).toBe(true);
    expect(ofAll.events).toEqual(['rate_limit']);
  });

  it('is woken when the connection for messages is lost just as the place becomes free', async () => {
    const options = { name: newName(), lease: 100_000 };
    const limits = { concurrency: 1 };
    const [one, two] = [await limiterOf(limits, options), await limiterOf(limits, options)];
    const first = one();
    await first.saw('request');
    const second = two();
    await second.saw('1');
    const listener = isCluster ? 'SHARDNUMSUB' : 'NUMSUB';
    const listeners = () => admin.sendCommand<unknown[]>(['PUBSUB', listener, keyOf(options.name, 'changes')]);
    await vi.waitFor(async () => {
      expect(Number((await listeners())[1])).toBe(1);
    }, patience);
    // Both run before the client can connect again: the message has no listener.
    const lost = admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    first.complete();
    await lost;
    await second.saw('request');
  });

  it('is woken by the heartbeat when no message ever comes', async () => {
    const options = { name: newName(), lease: 300 };
    const redis = await connect();
    const deaf: RedisClient = {
      evalSha: (digest, call) => redis.evalSha(digest, call),
      eval: (script, call) => redis.eval(script, call),
      duplicate: () => {
        throw new Error('No connection.');
      },
    };
    const { limit } = createRateLimiter({ concurrency: 1, store: redisStore(deaf, options) });
    const ask = await limiterOf({ concurrency: 1 }, options);
    const first = ask();
    await first.saw('request');
    const second = new Reply((source) => source.pipe(limit()));
    await second.saw('1');
    first.complete();
    await second.saw('request');
  });

  it('begins anew from what the processes know when Redis has evicted a key', async () => {
    const options = { name: newName(), lease: 600 };
    const limits = { concurrency: 1, perKey: { concurrency: 1 } };
    const [one, two] = [await limiterOf(limits, options), await limiterOf(limits, options)];
    const first = one('a');
    await first.saw('request');
    const second = two('a');
    await second.saw('1');
    const third = two('b');
    await vi.waitFor(() => {
      expect(third.events.length).toBe(1);
    }, patience);
    await admin.del(keyOf(options.name, 'requests'));
    await vi.waitFor(async () => {
      expect(await admin.hLen(keyOf(options.name, 'requests'))).toBe(3);
      expect(await admin.zCard(keyOf(options.name, 'open'))).toBe(1);
    }, patience);
    first.complete();
    await Promise.any([second.saw('request'), third.saw('request')]);
    expect(await admin.zCard(keyOf(options.name, 'open'))).toBe(1);
    second.complete();
    third.complete();
    await Promise.all([second.saw('end'), third.saw('end')].map((end) => end.catch(() => undefined)));
  });

  it('makes a request of each subscription, and none before', async () => {
    const { limit } = createRateLimiter({ concurrency: 1, store: redisStore(await connect(), { name: newName() }) });
    const request = vi.fn(() => of(chunk('a')));
    const limited$ = defer(request).pipe(limit());
    expect(request).not.toHaveBeenCalled();
    const outcomes = await Promise.all([outcomeOf(limited$), outcomeOf(limited$)]);
    expect(request).toHaveBeenCalledTimes(2);
    expect(outcomes.map(({ values }) => values.at(-1)?.text)).toEqual(['a', 'a']);
  });

  it('lets 5,000 waiting requests leave and begin, in their order', async () => {
    const options = { name: newName(), timeout: 60_000 };
    const redis = await connect();
    const limits = { concurrency: 1, maxQueued: 10_000 };
    const { limit } = createRateLimiter({ ...limits, store: redisStore(redis, options) });
    const begun: number[] = [];
    const replies = Array.from({ length: 5_000 }, (_unused, index) =>
      defer(() => {
        begun.push(index);
        return index === 0 ? NEVER : of(chunk('a'));
      })
        .pipe(limit())
        .subscribe(),
    );
    await vi.waitFor(async () => {
      expect(await admin.zCard(keyOf(options.name, 'ready'))).toBe(4_999);
    }, patience);
    for (const [index, reply] of replies.entries()) if (index % 10 !== 0) reply.unsubscribe();
    replies[0]?.unsubscribe();
    await vi.waitFor(() => {
      expect(begun).toHaveLength(500);
    }, patience);
    expect(begun).toEqual(begun.map((_unused, index) => index * 10));
  }, 60_000);
});

describe.skipIf(!hasRedis)('redisStore without Redis', () => {
  const start = async () => {
    const server = await startRedis();
    const redis = createClient({ url: server.url });
    redis.on('error', () => undefined);
    await redis.connect();
    onTestFinished(async () => {
      redis.destroy();
      await server.stop();
    });
    return { server, redis };
  };

  it('refuses a reply without a request, kind `network` and retryable, and disturbs no open reply', async () => {
    const { server, redis } = await start();
    const { limit } = createRateLimiter({ concurrency: 2, store: redisStore(redis, { timeout: 1_000, lease: 300 }) });
    const ask = () => new Reply((source) => source.pipe(limit()));
    const [open] = [ask()];
    await open.saw('request');
    await server.kill();
    const late = ask();
    await late.saw('network');
    expect(late.events).toEqual(['network']);
    expect(late.failure).toMatchObject({ retryable: true });
    expect((late.failure as GeminiError).message).toBe('Redis did not answer the rate limit within 1000 ms');
    open.next(chunk('a'));
    open.complete();
    expect(open.events).toEqual(['request', 'end']);
  });

  it('refuses a reply at once when the client is closed', async () => {
    const { redis } = await start();
    const { limit } = createRateLimiter({ concurrency: 2, store: redisStore(redis, { timeout: 100_000 }) });
    await redis.close();
    await new Reply((source) => source.pipe(limit())).saw('network');
    await redis.connect();
  });

  it("makes the request without a limit with `whenStoreFails: 'allow'`", async () => {
    const { server, redis } = await start();
    const store = redisStore(redis, { timeout: 50 });
    const { limit } = createRateLimiter({ concurrency: 1, store, whenStoreFails: 'allow' });
    await server.kill();
    const replies = [1, 2].map(() => new Reply((source) => source.pipe(limit())));
    await Promise.all(replies.map((reply) => reply.saw('request')));
    expect(replies.map(({ events }) => events)).toEqual([['request'], ['request']]);
  });

  it('refuses a waiting reply when Redis has not answered for a lease', async () => {
    const { server, redis } = await start();
    const { limit } = createRateLimiter({ concurrency: 1, store: redisStore(redis, { lease: 300 }) });
    const ask = () => new Reply((source) => source.pipe(limit()));
    await ask().saw('request');
    const waiting = ask();
    await waiting.saw('1');
    server.pause();
    await waiting.saw('network');
    server.resume();
  });

  it('frees the place of a reply that ended while Redis was away, and of one that it refused too late', async () => {
    const { server, redis } = await start();
    const { limit } = createRateLimiter({ concurrency: 1, store: redisStore(redis, { timeout: 1_000, lease: 4_000 }) });
    const ask = () => new Reply((source) => source.pipe(limit()));
    const first = ask();
    await first.saw('request');
    server.pause();
    // The commands of both are on their way to the halted server.
    const late = ask();
    await late.saw('network');
    first.complete();
    server.resume();
    await vi.waitFor(async () => {
      expect(await redis.exists(['members', 'open'].map((part) => `rxjs-gemini:{limit:default}:${part}`))).toBe(0);
    }, patience);
    await ask().saw('request');
    expect(late.events).toEqual(['network']);
  });

  it('frees the place of a reply whose end Redis did not take', async () => {
    const { redis } = await start();
    let failures = 0;
    const unsteady: RedisClient = {
      evalSha: (digest, call) => {
        if (call.arguments[0] !== 'leave' || failures > 0) return redis.evalSha(digest, call);
        failures += 1;
        return Promise.reject(new Error('OOM command not allowed'));
      },
      eval: (script, call) => redis.eval(script, call),
      duplicate: () => redis.duplicate(),
    };
    const { limit } = createRateLimiter({ concurrency: 1, store: redisStore(unsteady, { lease: 300 }) });
    const reply = new Reply((source) => source.pipe(limit()));
    await reply.saw('request');
    reply.complete();
    await vi.waitFor(async () => {
      expect(await redis.exists('rxjs-gemini:{limit:default}:open')).toBe(0);
    }, patience);
    expect(failures).toBe(1);
  });

  it('throws at the call for wrong options', () => {
    const redis = createClient();
    expect(() => redisStore({} as RedisClient)).toThrow('Expected `redis` to be a client of the package `redis`');
    expect(() => redisStore(redis, { name: '' })).toThrow("Expected `name` to be a name, got ''");
    expect(() => redisStore(redis, { prefix: 'a{b}' })).toThrow(
      'Expected `prefix` to be a string of 1 to 128 characters',
    );
    expect(() => redisStore(redis, { name: '\ud800' })).toThrow('Expected `name` to be a name');
    expect(() => redisStore(redis, { lease: 0 })).toThrow('Expected `lease` to be a positive number of ms, got 0');
    expect(() => redisStore(redis, { timeout: -1 })).toThrow(
      'Expected `timeout` to be a positive number of ms, got -1',
    );
  });
});
