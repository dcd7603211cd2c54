import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { concatMap, config, delay, from, of, timer, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { cancelReply, createRedisReplies, followReply, publishReply, replies } from 'rxjs-gemini/redis';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { chunk } from '../../src/testing/chunks.js';
import { checkFollowed, drivenReply, errorOf, eventually, textOfAll, watch } from '../support/followedReply.js';
import { client6, clientPairs, setUpRedis, SharedServers, type RedisSetup } from '../support/redisClients.js';
import { startRedisProxy } from '../support/redisProxy.js';
import { hasRedis } from '../support/redisServer.js';

/** More for a night's search: `REDIS_RUNS=200 npx vitest run test/redis`. */
const runs = Number(process.env['REDIS_RUNS'] ?? 2);
const firstSeed = Number(process.env['REDIS_SEED'] ?? Date.now() % 1_000_000);
const seeds = Array.from({ length: runs }, (_, at) => firstSeed + at);

/** Random numbers from 0 to 1 that a seed repeats. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const key = (id: string, name: string) => `rxjs-gemini:{${id}}:${name}`;
const sent = Array.from({ length: 40 }, (_, at) => chunk(`${String(at)} `));

const servers = new SharedServers();
afterAll(() => servers.stop());

/** The kinds of error that an outage may give a follower. */
const typed = new Set(['truncated', 'network', 'not_found', 'overflow']);

/** The chunks, a random time apart. */
const pacedBy = (random: () => number): Observable<GeminiChunk> =>
  from(sent).pipe(concatMap((one) => of(one).pipe(delay(random() * 12))));

/** Nothing is stored twice, out of order, or after the end. */
async function checkStored(admin: RedisSetup['admin'], id: string): Promise<void> {
  let next = 0;
  let hasEnd = false;
  for (const { message } of (await admin.xRange(key(id, 'chunks'), '-', '+')) ?? []) {
    expect(hasEnd).toBe(false);
    expect(Number(message['first'])).toBe(next);
    const chunks = JSON.parse(message['chunks']!) as GeminiChunk[];
    expect(chunks.map(({ candidates }) => candidates?.[0]?.content?.parts?.[0]?.text)).toEqual(
      sent.slice(next, next + chunks.length).map(({ text }) => text),
    );
    next += chunks.length;
    hasEnd = message['end'] !== '';
  }
}

/** An outage, which begins at a random moment. */
interface Outage {
  readonly name: string;
  readonly args?: readonly string[];
  readonly isShort?: boolean;
  /** Whether followers must get all of the reply. */
  readonly losesNothing?: boolean;
  readonly strike: (setup: RedisSetup, id: string, random: () => number) => Promise<unknown>;
}

const restart = async ({ server }: RedisSetup, _id: string, random: () => number) => {
  await server.kill();
  await pause(random() * 100);
  await server.restart();
};

const outages: readonly Outage[] = [
  { name: 'Redis is killed, without its data', strike: restart },
  {
    name: 'Redis is killed, and has its data',
    args: ['--appendonly', 'yes', '--appendfsync', 'always'],
    losesNothing: true,
    strike: restart,
  },
  {
    name: 'Redis halts',
    losesNothing: true,
    strike: async ({ server }, _id, random) => {
      server.pause();
      await pause(random() * 300);
      server.resume();
    },
  },
  {
    name: 'Redis closes all connections',
    losesNothing: true,
    strike: ({ admin }) => admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']),
  },
  {
    name: 'Redis closes the connections of messages',
    losesNothing: true,
    strike: ({ admin }) => admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']),
  },
  {
    name: 'Redis refuses writes for a while',
    losesNothing: true,
    strike: async ({ admin }, _id, random) => {
      await admin.configSet('maxmemory', '1');
      await pause(random() * 200);
      await admin.configSet('maxmemory', '0');
    },
  },
  { name: 'the chunks are evicted', strike: ({ admin }, id) => admin.del(key(id, 'chunks')) },
  { name: 'the state is evicted', strike: ({ admin }, id) => admin.del(key(id, 'state')) },
  { name: 'the lease is evicted', losesNothing: true, strike: ({ admin }, id) => admin.del(key(id, 'lease')) },
  {
    name: 'the scripts are forgotten',
    losesNothing: true,
    strike: ({ admin }) => admin.sendCommand(['SCRIPT', 'FLUSH']),
  },
];

describe.skipIf(!hasRedis).each(outages)('while a reply runs, $name', ({ args, losesNothing, strike }) => {
  it.each(seeds)('disturbs only followers, and those in a typed way (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const setup = await setUpRedis(args);
    onTestFinished(() => setup.stop());
    const id = randomUUID();
    const problems: GeminiError[] = [];
    const options = { lease: 900, onStoreError: (error: GeminiError) => problems.push(error) };
    const own = watch(pacedBy(random).pipe(publishReply(setup.publisher, id, options)));
    await eventually(async () => (await setup.admin.exists(key(id, 'state'))) === 1);
    const followers = Array.from({ length: 3 }, () =>
      watch(timer(random() * 150).pipe(concatMap(() => followReply(setup.follower, id)))),
    );
    await pause(20 + random() * 200);
    await strike(setup, id, random);
    await Promise.all([own.ended, ...followers.map(({ ended }) => ended)]);
    expect(own.values).toEqual(sent);
    expect(own.isComplete).toBe(true);
    for (const follower of followers) {
      checkFollowed(sent, follower);
      if (losesNothing) expect(follower.error).toBeUndefined();
      else if (!follower.isComplete) expect(typed).toContain(errorOf(follower).kind);
    }
    expect(problems.every(({ kind }) => typed.has(kind))).toBe(true);
    await checkStored(setup.admin, id);
    if (losesNothing) expect(checkFollowed(sent, await watch(followReply(setup.follower, id)).ended)).toBe(sent.length);
  });
});

describe.skipIf(!hasRedis)('an answer that is lost', () => {
  it.each(seeds)('stores nothing twice, whichever it is (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const setup = await setUpRedis();
    const proxy = await startRedisProxy(setup.server.port);
    const publisher = await client6(proxy.url);
    onTestFinished(async () => {
      publisher.destroy();
      await proxy.close();
      await setup.stop();
    });
    for (let run = 0; run < 6; run++) {
      const id = randomUUID();
      proxy.loseAnswer(Math.floor(random() * 12));
      const own = watch(pacedBy(() => random() / 4).pipe(publishReply(publisher, id)));
      await eventually(async () => (await setup.admin.exists(key(id, 'state'))) === 1);
      const follower = watch(followReply(setup.follower, id));
      await Promise.all([own.ended, follower.ended]);
      expect(own.values).toEqual(sent);
      expect(checkFollowed(sent, follower)).toBe(sent.length);
      expect(follower.error).toBeUndefined();
      await checkStored(setup.admin, id);
    }
  });

  it('of a renewal of the lease does not stop the storing', async () => {
    const setup = await setUpRedis();
    const proxy = await startRedisProxy(setup.server.port);
    const publisher = await client6(proxy.url);
    onTestFinished(async () => {
      publisher.destroy();
      await proxy.close();
      await setup.stop();
    });
    const id = randomUUID();
    const problems: string[] = [];
    const { reply$, chunk$, say } = drivenReply();
    const options = { lease: 300, onStoreError: ({ kind }: GeminiError) => problems.push(kind) };
    const own = watch(reply$.pipe(publishReply(publisher, id, options)));
    await eventually(() => chunk$.observed);
    say('a');
    await eventually(async () => (await setup.admin.hGet(key(id, 'state'), 'count')) === '1');
    await pause(20);
    proxy.loseAnswer(0);
    await eventually(() => problems.length === 1);
    say('b');
    await eventually(async () => (await setup.admin.hGet(key(id, 'state'), 'count')) === '2');
    chunk$.complete();
    await own.ended;
    expect(problems).toEqual(['network']);
  });

  it('of the end keeps the reason of an end that came before', async () => {
    const setup = await setUpRedis();
    const proxy = await startRedisProxy(setup.server.port);
    const publisher = await client6(proxy.url);
    onTestFinished(async () => {
      publisher.destroy();
      await proxy.close();
      await setup.stop();
    });
    const id = randomUUID();
    const problems: string[] = [];
    const { reply$, chunk$, say } = drivenReply();
    const options = { maxBytes: 150, onStoreError: ({ kind }: GeminiError) => problems.push(kind) };
    const own = watch(reply$.pipe(publishReply(publisher, id, options)));
    await eventually(() => chunk$.observed);
    say('a');
    await eventually(async () => (await setup.admin.hGet(key(id, 'state'), 'count')) === '1');
    await pause(20);
    proxy.loseAnswer(0);
    say('b');
    await eventually(async () => (await setup.admin.hGet(key(id, 'state'), 'end')) === 'full');
    await eventually(() => problems.length === 2);
    expect(problems).toEqual(['network', 'overflow']);
    chunk$.complete();
    await own.ended;
  });
});

describe.skipIf(!hasRedis).each(clientPairs)('a stop through $name', (pair) => {
  let setup: RedisSetup;
  beforeAll(async () => {
    setup = await servers.connect(pair);
  });
  afterAll(() => setup.stop());

  it('reaches the publisher although its message was lost', async () => {
    const id = randomUUID();
    const { reply$, chunk$, say, count } = drivenReply();
    const own = watch(reply$.pipe(publishReply(setup.publisher, id, { lease: 1_500 })));
    await eventually(() => chunk$.observed);
    say('a');
    const channel = key(id, 'stop');
    const listeners = async () =>
      (pair.isCluster ? await setup.admin.pubSubShardNumSub(channel) : await setup.admin.pubSubNumSub(channel))[
        channel
      ];
    await eventually(async () => (await listeners()) === 1);
    // As a stop does whose message came to nobody: the connection breaks.
    await setup.admin.hSet(key(id, 'state'), 'stop', 'enough');
    await setup.admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await own.ended;
    expect(count.closed).toBe(1);
    expect(own.values.at(-1)?.cancelled?.reason).toBe('enough');
  });
});

describe.skipIf(!hasRedis)('a message that is missing', () => {
  it.each([
    ['before another', (run: string) => JSON.stringify({ run, first: 9, chunks: [] })],
    ['because it cannot be read', () => 'of another program'],
  ])('%s makes a follower read, and is no failure', async (_, message) => {
    const setup = await setUpRedis();
    onTestFinished(() => setup.stop());
    const id = randomUUID();
    const { reply$, chunk$, say } = drivenReply();
    const own = watch(reply$.pipe(publishReply(setup.publisher, id)));
    await eventually(() => chunk$.observed);
    const follower = watch(followReply(setup.follower, id));
    const channel = key(id, 'live');
    await eventually(async () => (await setup.admin.pubSubNumSub(channel))[channel] === 1);
    say('a', 'b');
    const run = (await setup.admin.hGet(key(id, 'state'), 'run'))!;
    await setup.admin.publish(channel, message(run));
    await eventually(() => textOfAll(follower.values) === 'ab');
    say('c');
    chunk$.complete();
    await Promise.all([own.ended, follower.ended]);
    expect(follower.isComplete).toBe(true);
    expect(checkFollowed(own.values, follower)).toBe(3);
  });
});

describe.skipIf(!hasRedis)('a stop of a server that refuses writes', () => {
  it('reaches the publisher by its message', async () => {
    const setup = await setUpRedis();
    onTestFinished(() => setup.stop());
    const id = randomUUID();
    const { reply$, chunk$, count } = drivenReply();
    const own = watch(reply$.pipe(publishReply(setup.publisher, id)));
    await eventually(() => chunk$.observed);
    const channel = key(id, 'stop');
    await eventually(async () => (await setup.admin.pubSubNumSub(channel))[channel] === 1);
    await setup.admin.configSet('maxmemory', '1');
    expect(await cancelReply(setup.follower, id, 'enough')).toBe(true);
    await own.ended;
    expect(count.closed).toBe(1);
  });
});

describe.skipIf(!hasRedis)('without Redis', () => {
  const unconnected = () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    client.on('error', () => undefined);
    return client;
  };

  it('a client that was never connected: the reply itself runs, everything else fails as network', async () => {
    const client = unconnected();
    const problems: string[] = [];
    const options = { onStoreError: ({ kind }: GeminiError) => problems.push(kind) };
    const own = await watch(from(sent).pipe(publishReply(client, 'a', options))).ended;
    expect(own.values).toEqual(sent);
    expect(own.isComplete).toBe(true);
    expect(problems).toEqual(['network']);
    expect(errorOf(await watch(followReply(client, 'a')).ended).kind).toBe('network');
    await expect(cancelReply(client, 'a')).rejects.toMatchObject({ kind: 'network' });
    await expect(replies(client)).rejects.toMatchObject({ kind: 'network' });
    const registry = createRedisReplies(client);
    const { reply$, count } = drivenReply();
    await expect(registry.start('a', reply$)).rejects.toMatchObject({ kind: 'network' });
    expect(count.subscribed).toBe(0);
  });

  it('a client that waits for its server: `cancelReply`, `replies` and `start` fail as network after 15 s', async () => {
    const silent = () => new Promise<never>(() => undefined);
    const client = { isOpen: true, evalSha: silent, eval: silent, duplicate: unconnected };
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const kinds: unknown[] = [];
    const { reply$ } = drivenReply();
    const calls = [cancelReply(client, 'a'), replies(client), createRedisReplies(client).start('a', reply$)];
    for (const call of calls) call.catch((cause: unknown) => kinds.push((cause as GeminiError).kind));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(kinds).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(kinds).toEqual(['network', 'network', 'network']);
  });

  it('a client that is closed meanwhile: followers fail as network, the reply runs on', async () => {
    const setup = await setUpRedis();
    onTestFinished(() => setup.stop());
    const id = randomUUID();
    const problems: string[] = [];
    const { reply$, chunk$, say } = drivenReply();
    const options = { lease: 400, onStoreError: ({ kind }: GeminiError) => problems.push(kind) };
    const [publisher, client] = [await client6(setup.server.url), await client6(setup.server.url)];
    const own = watch(reply$.pipe(publishReply(publisher, id, options)));
    await eventually(() => chunk$.observed);
    say('a');
    const follower = watch(followReply(client, id));
    await eventually(() => textOfAll(follower.values) === 'a');
    client.destroy();
    await follower.ended;
    expect(errorOf(follower).kind).toBe('network');
    publisher.destroy();
    say('b');
    await eventually(() => problems.length === 1);
    chunk$.complete();
    await own.ended;
    expect(textOfAll(own.values)).toBe('ab');
    expect(own.isComplete).toBe(true);
    expect(problems).toEqual(['network']);
  });

  it('a callback that throws does not harm the reply', async () => {
    const thrown: unknown[] = [];
    config.onUnhandledError = (cause) => thrown.push(cause);
    onTestFinished(() => {
      config.onUnhandledError = null;
    });
    const onStoreError = () => {
      throw new Error('of the callback');
    };
    const own = await watch(from(sent).pipe(publishReply(unconnected(), 'a', { onStoreError }))).ended;
    await eventually(() => thrown.length > 0);
    expect(own.values).toEqual(sent);
    expect(own.isComplete).toBe(true);
    expect(thrown).toMatchObject([{ message: 'of the callback' }]);
  });

  it('holds no more than maxBytes while Redis is away', async () => {
    const setup = await setUpRedis();
    onTestFinished(() => setup.stop());
    const id = randomUUID();
    const problems: string[] = [];
    const { reply$, chunk$, say } = drivenReply();
    const options = { maxBytes: 5_000, onStoreError: ({ kind }: GeminiError) => problems.push(kind) };
    const own = watch(reply$.pipe(publishReply(setup.publisher, id, options)));
    await eventually(() => chunk$.observed);
    say('a');
    await eventually(async () => (await setup.admin.hGet(key(id, 'state'), 'count')) === '1');
    setup.server.pause();
    for (let at = 0; at < 100; at++) say('x'.repeat(100));
    expect(problems).toEqual(['overflow']);
    setup.server.resume();
    chunk$.complete();
    await own.ended;
    expect(own.values).toHaveLength(101);
    const follower = await watch(followReply(setup.follower, id)).ended;
    expect(errorOf(follower).kind).toBe('overflow');
    checkFollowed(own.values, follower);
  });
});
