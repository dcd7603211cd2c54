import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelsOf, type ChannelSignal } from '../../src/redis/redisChannels.js';
import { eventually } from '../support/followedReply.js';
import { clientPairs, SharedServers, type RedisSetup } from '../support/redisClients.js';
import { hasRedis } from '../support/redisServer.js';

const servers = new SharedServers();
afterAll(() => servers.stop());

describe.skipIf(!hasRedis).each(clientPairs)('channels of $name', (pair) => {
  let setup: RedisSetup;
  beforeAll(async () => {
    setup = await servers.connect(pair);
  });
  afterAll(() => setup.stop());

  const channels = () => channelsOf(setup.publisher, pair.isCluster);
  const open = () => (pair.isCluster ? setup.admin.pubSubShardChannels('*') : setup.admin.pubSubChannels('{*'));

  it('are left by a subscription that ends before it began', async () => {
    const id = randomUUID();
    const others: ChannelSignal[] = [];
    channels().signals(`{${id}}:a`).subscribe().unsubscribe();
    const other = channels()
      .signals(`{${id}}:b`)
      .subscribe((signal) => others.push(signal));
    await eventually(() => others.length === 1);
    await eventually(async () => String(await open()) === `{${id}}:b`);
    other.unsubscribe();
    await eventually(async () => (await open()).length === 0);
  });

  it('deliver to a subscription that follows another at once', async () => {
    for (let pass = 0; pass < 10; pass++) {
      const channel = `{${randomUUID()}}:a`;
      channels().signals(channel).subscribe().unsubscribe();
      channels().signals(channel).subscribe().unsubscribe();
      const seen: ChannelSignal[] = [];
      const subscription = channels()
        .signals(channel)
        .subscribe((signal) => seen.push(signal));
      await eventually(() => seen.length === 1);
      expect(seen).toEqual([{ type: 'subscribed' }]);
      if (pair.isCluster) await setup.admin.sPublish(channel, 'x');
      else await setup.admin.publish(channel, 'x');
      await eventually(() => seen.length === 2);
      expect(seen[1]).toEqual({ type: 'message', text: 'x' });
      subscription.unsubscribe();
    }
    await eventually(async () => (await open()).length === 0);
  });
});
