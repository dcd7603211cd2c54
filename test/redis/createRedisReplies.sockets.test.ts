import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisReplies, followReply } from 'rxjs-gemini/redis';
import { drivenReply, errorOf, eventually, watch } from '../support/followedReply.js';
import { setUpRedis, type RedisSetup } from '../support/redisClients.js';
import { hasRedis } from '../support/redisServer.js';
import { testRepliesContract } from '../support/repliesContract.js';

describe.skipIf(!hasRedis)('createRedisReplies', () => {
  let setup: RedisSetup;
  beforeAll(async () => {
    setup = await setUpRedis();
  });
  afterAll(() => setup.stop());

  testRepliesContract(() => createRedisReplies(setup.publisher));

  it('stores the shutdown also for a reply whose id is not taken yet', async () => {
    const replies = createRedisReplies(setup.publisher);
    const id = randomUUID();
    const { reply$, count } = drivenReply();
    const started = replies.start(id, reply$);
    const closed = replies.close();
    await Promise.all([started, closed]);
    expect(count.closed).toBe(count.subscribed);
    await eventually(async () => (await setup.admin.hGet(`rxjs-gemini:{${id}}:state`, 'end')) !== null);
    expect(errorOf(await watch(followReply(setup.follower, id)).ended)).toMatchObject({
      kind: 'server',
      retryable: true,
    });
  });
});
