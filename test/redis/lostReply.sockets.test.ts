import { randomUUID } from 'node:crypto';
import { createRedisReplies, followReply, publishReply, type RedisClient } from 'rxjs-gemini/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedChunkJson } from '../../src/redis/replyEntry.js';
import { chunk } from '../../src/testing/chunks.js';
import { drivenReply, errorOf, eventually, textOfAll, watch } from '../support/followedReply.js';
import { setUpRedis, type RedisSetup } from '../support/redisClients.js';
import { hasRedis } from '../support/redisServer.js';

describe.skipIf(!hasRedis)('a reply at the limits of the store', () => {
  let setup: RedisSetup;
  beforeAll(async () => {
    setup = await setUpRedis();
  });
  afterAll(() => setup.stop());

  it('that Redis has lost runs on in its process, and is ended by `close` of the registry', async () => {
    const id = randomUUID();
    const lost: string[] = [];
    const registry = createRedisReplies(setup.publisher, { lease: 400, onStoreError: ({ kind }) => lost.push(kind) });
    const { reply$, chunk$, say, count } = drivenReply();
    await registry.start(id, reply$);
    const follower = watch(registry.follow(id));
    say('a');
    await eventually(() => textOfAll(follower.values) === 'a');
    await setup.admin.flushAll();
    say('b');
    await eventually(() => lost.length === 1);
    expect(lost).toEqual(['truncated']);
    expect(chunk$.observed).toBe(true);
    await registry.close();
    expect(count).toEqual({ subscribed: 1, closed: 1 });
    await follower.ended;
    expect(errorOf(follower).kind).toBe('truncated');
  });

  it('whose id was taken by a command without an answer does not begin, and leaves the id', async () => {
    const id = randomUUID();
    const { publisher } = setup;
    let isLost = false;
    const unsteady: RedisClient = {
      evalSha: async (digest, call) => {
        const answer = await publisher.evalSha(digest, call);
        // Of the four arguments that take an id, the last is the owner.
        if (isLost || call.arguments.length !== 4 || call.arguments[3] !== 'ada') return answer;
        isLost = true;
        throw new Error('Socket closed unexpectedly');
      },
      eval: (text, call) => publisher.eval(text, call),
      duplicate: () => publisher.duplicate!(),
    };
    const { reply$, count } = drivenReply();
    const warmUp = createRedisReplies(publisher);
    await warmUp.start(randomUUID(), reply$);
    const registry = createRedisReplies(unsteady);
    await expect(registry.start(id, reply$, { owner: 'ada' })).rejects.toMatchObject({ kind: 'network' });
    expect(isLost).toBe(true);
    expect(count.subscribed).toBe(1);
    await eventually(async () => (await setup.admin.exists(`rxjs-gemini:{${id}}:lease`)) === 0);
    await registry.start(id, reply$, { owner: 'ada' });
    await Promise.all([registry.close(), warmUp.close()]);
  });

  it('of exactly maxBytes ends as it ended', async () => {
    const id = randomUUID();
    const { reply$, chunk$ } = drivenReply();
    const only = chunk('a');
    // The brackets of the list count.
    const maxBytes = storedChunkJson(only).length + 2;
    const own = watch(reply$.pipe(publishReply(setup.publisher, id, { maxBytes })));
    await eventually(() => chunk$.observed);
    const follower = watch(followReply(setup.follower, id));
    chunk$.next(only);
    await eventually(() => textOfAll(follower.values) === 'a');
    chunk$.complete();
    await own.ended;
    await follower.ended;
    expect(follower).toMatchObject({ error: undefined, isComplete: true });
  });
});
