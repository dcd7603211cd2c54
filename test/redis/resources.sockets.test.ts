import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { followReply, publishReply } from 'rxjs-gemini/redis';
import { config } from 'rxjs';
import { createClient } from 'redis';
import { RedisChannels } from '../../src/redis/redisChannels.js';
import { drivenReply, eventually, textOfAll, watch } from '../support/followedReply.js';
import { client6, setUpRedis, type RedisSetup } from '../support/redisClients.js';
import { hasRedis } from '../support/redisServer.js';

describe.skipIf(!hasRedis)('the resources of replies', () => {
  let setup: RedisSetup;
  beforeAll(async () => {
    setup = await setUpRedis();
  });
  afterAll(() => setup.stop());

  const subscribers = async () => {
    const list = (await setup.admin.sendCommand(['CLIENT', 'LIST', 'TYPE', 'pubsub'])) as unknown as string;
    return list.split('\n').filter((line) => line !== '').length;
  };
  const scriptsRun = async () =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await setup.admin.info('commandstats'))?.[1] ?? 0);

  it('are one connection and few commands for 1,000 followers, and nothing when they have ended', async () => {
    const id = randomUUID();
    const client = await client6(setup.server.url);
    onTestFinished(() => client.destroy());
    const { reply$, chunk$, say } = drivenReply();
    const own = watch(reply$.pipe(publishReply(setup.publisher, id)));
    await eventually(() => chunk$.observed);
    say('a');
    const before = await scriptsRun();
    const followers = Array.from({ length: 1_000 }, () => watch(followReply(client, id)));
    await eventually(() => followers.every(({ values }) => textOfAll(values) === 'a'));
    const channel = `rxjs-gemini:{${id}}:live`;
    await eventually(async () => (await setup.admin.pubSubNumSub(channel))[channel] === 1);
    // One of the publisher, which waits for a stop.
    expect(await subscribers()).toBe(2);
    const texts = Array.from({ length: 20 }, (_, at) => String(at));
    for (const text of texts) {
      say(text);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    chunk$.complete();
    await Promise.all([own.ended, ...followers.map(({ ended }) => ended)]);
    for (const { values, isComplete } of followers) {
      expect(isComplete).toBe(true);
      expect(textOfAll(values)).toBe(`a${texts.join('')}`);
    }
    // One for each append, and a few for all followers together.
    expect((await scriptsRun()) - before).toBeLessThan(60);
    await eventually(async () => (await setup.admin.pubSubChannels('rxjs*')).length === 0);
    await eventually(async () => (await subscribers()) === 0);
  });

  it('are kept by no follower that throws, and others are not held up', async () => {
    const id = randomUUID();
    const thrown: unknown[] = [];
    config.onUnhandledError = (cause) => thrown.push(cause);
    onTestFinished(() => {
      config.onUnhandledError = null;
    });
    const { reply$, chunk$, say } = drivenReply();
    const own = watch(reply$.pipe(publishReply(setup.publisher, id)));
    await eventually(() => chunk$.observed);
    let calls = 0;
    followReply(setup.follower, id).subscribe(() => {
      calls += 1;
      throw new Error('of the reader');
    });
    const follower = watch(followReply(setup.follower, id));
    await eventually(() => follower.values.length === 1);
    say('a', 'b');
    chunk$.complete();
    await Promise.all([own.ended, follower.ended]);
    expect(textOfAll(follower.values)).toBe('ab');
    await eventually(async () => (await setup.admin.pubSubChannels('rxjs*')).length === 0);
    // Each is reported in a task of its own.
    await eventually(() => calls > 0 && thrown.length === calls);
  });

  it('are no connection that is tried for ever, once nobody waits for it', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    const duplicates: { isOpen: boolean }[] = [];
    const duplicate = client.duplicate.bind(client);
    client.duplicate = ((...args: never[]) => {
      const made = duplicate(...args);
      duplicates.push(made);
      return made;
    }) as never;
    const channels = new RedisChannels(client, false);
    const subscription = channels.signals('a').subscribe({ error: () => undefined });
    expect(duplicates).toMatchObject([{ isOpen: true }]);
    subscription.unsubscribe();
    await eventually(() => !duplicates[0]!.isOpen);
  });

  it('let a process end by itself', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/leaveRedis.ts', setup.server.url]);
    onTestFinished(() => void child.kill());
    let [output, problems] = ['', ''];
    child.stdout.on('data', (bytes) => (output += String(bytes)));
    child.stderr.on('data', (bytes) => (problems += String(bytes)));
    const [exitCode] = (await once(child, 'close')) as [number];
    expect({ output, problems, exitCode }).toEqual({ output: 'done', problems: '', exitCode: 0 });
  }, 30_000);
});
