import { createClient, createCluster, createSentinel } from 'redis';
import { publishReply, type RedisClient } from 'rxjs-gemini/redis';
import { describe, expect, expectTypeOf, it } from 'vitest';

describe('RedisClient', () => {
  it('is the type of every client of the package redis', () => {
    expectTypeOf(createClient()).toExtend<RedisClient>();
    expectTypeOf(createCluster({ rootNodes: [] })).toExtend<RedisClient>();
    expectTypeOf(createSentinel({ name: 'a', sentinelRootNodes: [] })).toExtend<RedisClient>();
  });

  it('names what was given instead of a client', () => {
    const noClient = 'redis://127.0.0.1' as unknown as RedisClient;
    expect(() => publishReply(noClient, 'a')).toThrow(
      new TypeError(
        "Expected `redis` to be a client of the package `redis`, such as `await createClient().connect()`, got 'redis://127.0.0.1'",
      ),
    );
  });
});
