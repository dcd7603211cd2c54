import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { from, map, of, take, timer, zipWith, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelReply, followReply, publishReply, replies } from 'rxjs-gemini/redis';
import { GeminiError } from '../../src/errors/geminiError.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { parsePosition } from '../../src/chunk/replyPosition.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { checkFollowed, drivenReply, errorOf, eventually, textOfAll, watch } from '../support/followedReply.js';
import { clientPairs, SharedServers, type RedisSetup } from '../support/redisClients.js';
import { hasRedis } from '../support/redisServer.js';
import { expectSameData } from '../support/sameData.js';

const stream = (id: string) => `rxjs-gemini:{${encodeURIComponent(id)}}:chunks`;
const state = (id: string) => `rxjs-gemini:{${encodeURIComponent(id)}}:state`;
/** The chunks one by one, each in a turn of its own. */
const paced = <T>(values: readonly T[]): Observable<T> =>
  from(values).pipe(
    zipWith(timer(0, 1)),
    map(([value]) => value),
  );

const servers = new SharedServers();
afterAll(() => servers.stop());

describe.skipIf(!hasRedis).each(clientPairs)('replies through $name', (pair) => {
  let setup: RedisSetup;
  beforeAll(async () => {
    setup = await servers.connect(pair);
  });
  afterAll(async () => {
    await setup.stop();
  });

  describe('publishReply and followReply', () => {
    const publish = (source: Observable<GeminiChunk>, id: string, options = {}) =>
      source.pipe(publishReply(setup.publisher, id, { onStoreError: (error) => problems.push(error), ...options }));
    const follow = (id: string, options = {}) => followReply(setup.follower, id, options);
    const problems: GeminiError[] = [];

    it('passes the chunks themselves, and followers before, during and after get the same data', async () => {
      const id = randomUUID();
      const { reply$, chunk$ } = drivenReply();
      const sent = ['Hel', 'lo', ', ', 'wor', 'ld'].map((text) => chunk(text));
      const own = watch(publish(reply$, id));
      await eventually(() => chunk$.observed);
      const early = watch(follow(id));
      await eventually(() => early.values.length === 1);
      for (const one of sent.slice(0, 2)) chunk$.next(one);
      await eventually(() => early.values.length === 3);
      const late = watch(follow(id));
      await eventually(() => late.values.length === 1);
      for (const one of sent.slice(2)) chunk$.next(one);
      chunk$.complete();
      await Promise.all([own.ended, early.ended, late.ended]);
      own.values.forEach((value, at) => {
        expect(value).toBe(sent[at]);
      });
      const after = await watch(follow(id)).ended;
      for (const one of [early, late, after]) {
        expect(one.isComplete).toBe(true);
        expect(checkFollowed(sent, one)).toBe(5);
      }
      expect(late.values.map(({ text }) => text)).toEqual(['Hello', ', ', 'wor', 'ld']);
      expect(after.values).toHaveLength(1);
      expect(problems).toEqual([]);
    });

    it('resumes after every position with nothing lost or doubled, any chunks, live and later', async () => {
      const chunks = fc.array(arbitraryChunk, { minLength: 1, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(chunks, fc.boolean(), async (sent, isPaced) => {
          const id = randomUUID();
          const own = watch(publish(isPaced ? paced(sent) : from(sent), id));
          await eventually(async () => (await setup.admin.exists(state(id))) === 1);
          const live = watch(follow(id));
          const cut = await watch(follow(id).pipe(take(1))).ended;
          const rest = watch(follow(id, { after: cut.values[0]!.position }));
          await Promise.all([own.ended, live.ended, rest.ended]);
          expectSameData(own.values, sent);
          checkFollowed(sent, live);
          expectSameData(
            [...cut.values, ...rest.values].map(withoutPosition).reduce(mergeChunks),
            sent.reduce(mergeChunks, emptyChunk),
          );
          const positions = live.values.map(({ position }) => position!);
          for (const after of positions) {
            const resumed = await watch(follow(id, { after })).ended;
            expect(resumed.isComplete).toBe(true);
            checkFollowed(sent, resumed, parsePosition(after)!.index + 1);
          }
        }),
        { interruptAfterTimeLimit: 4000, numRuns: Number(process.env['REDIS_RUNS'] ?? 12) },
      );
    });

    it('stores lists while Redis is slow, and never merges', async () => {
      const id = randomUUID();
      const { reply$, chunk$ } = drivenReply();
      const own = watch(publish(reply$, id));
      await eventually(() => chunk$.observed);
      const sent = Array.from({ length: 60 }, (_, at) => chunk(`${String(at)} `));
      const follower = watch(follow(id));
      await eventually(() => follower.values.length === 1);
      setup.server.pause();
      for (const one of sent.slice(0, 30)) chunk$.next(one);
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (const one of sent.slice(30)) chunk$.next(one);
      expect(own.values).toHaveLength(60);
      setup.server.resume();
      chunk$.complete();
      await Promise.all([own.ended, follower.ended]);
      checkFollowed(sent, follower);
      const entries = await setup.admin.xLen(stream(id));
      expect(entries).toBeLessThan(10);
      // A reader may continue within a list.
      const after = follower.values.at(-7)!.position;
      expect(textOfAll((await watch(follow(id, { after })).ended).values)).toBe('54 55 56 57 58 59 ');
    });

    it('keeps an error with its fields, and gives followers the whole reply as its partial', async () => {
      const id = randomUUID();
      const failure = new GeminiError('Busy', { kind: 'overloaded', retryAfter: 1_500, status: 503, retryable: true });
      const { reply$, chunk$, say } = drivenReply();
      const own = watch(publish(reply$, id));
      await eventually(() => chunk$.observed);
      say('Hel', 'lo');
      const live = watch(follow(id));
      await eventually(() => textOfAll(live.values) === 'Hello');
      say('!');
      const resumed = watch(follow(id, { after: live.values.at(-1)!.position }));
      chunk$.error(failure);
      await Promise.all([own.ended, live.ended, resumed.ended]);
      expect(own.error).toBe(failure);
      for (const one of [live, resumed, await watch(follow(id)).ended]) {
        const { kind, retryAfter, status, retryable, message, partial } = errorOf(one);
        expect({ kind, retryAfter, status, retryable, message }).toEqual({
          kind: 'overloaded',
          retryAfter: 1_500,
          status: 503,
          retryable: true,
          message: 'Busy',
        });
        expect(partial?.text).toBe('Hello!');
      }
    });

    it('stops a reply from another process: its request closes, and all get the mark', async () => {
      const id = randomUUID();
      const { reply$, chunk$, say, count } = drivenReply();
      const own = watch(publish(reply$, id));
      await eventually(() => chunk$.observed);
      say('Hello');
      const follower = watch(follow(id));
      await eventually(() => textOfAll(follower.values) === 'Hello');
      expect(await cancelReply(setup.follower, id, 'enough')).toBe(true);
      await Promise.all([own.ended, follower.ended]);
      expect(count).toEqual({ subscribed: 1, closed: 1 });
      expect(own.values.at(-1)).toEqual({ text: '', cancelled: { reason: 'enough' } });
      expect(own.isComplete).toBe(true);
      checkFollowed(own.values, follower);
      expect(follower.isComplete).toBe(true);
      expect(await cancelReply(setup.follower, id)).toBe(false);
      expect(await cancelReply(setup.follower, randomUUID())).toBe(false);
    });

    it('stores an unsubscription as cancelled, also one before the id is taken', async () => {
      const [id, early] = [randomUUID(), randomUUID()];
      const { reply$, chunk$, say, count } = drivenReply();
      const own = watch(publish(reply$, id));
      await eventually(() => chunk$.observed);
      say('Hello');
      const follower = watch(follow(id));
      await eventually(() => textOfAll(follower.values) === 'Hello');
      own.unsubscribe();
      expect(count.closed).toBe(1);
      await follower.ended;
      expect(follower.values.at(-1)).toMatchObject({ text: '', cancelled: { reason: 'cancelled' } });
      expect(follower.isComplete).toBe(true);

      const never = drivenReply();
      publish(never.reply$, early).subscribe().unsubscribe();
      await eventually(async () => (await setup.admin.hGet(state(early), 'end')) !== null);
      expect(await setup.admin.exists(`rxjs-gemini:{${early}}:lease`)).toBe(0);
      expect(never.count.subscribed).toBe(0);
      expect((await watch(follow(early)).ended).values).toMatchObject([{ cancelled: { reason: 'cancelled' } }]);
    });

    it('fails a second publisher of a running reply, whose source is not subscribed', async () => {
      const id = randomUUID();
      const first = drivenReply();
      const second = drivenReply();
      const own = watch(publish(first.reply$, id));
      await eventually(() => first.chunk$.observed);
      const other = await watch(second.reply$.pipe(publishReply(setup.follower, id))).ended;
      expect(errorOf(other).kind).toBe('invalid_request');
      expect(errorOf(other).message).toContain('running');
      expect(second.count.subscribed).toBe(0);
      first.say('still here');
      first.chunk$.complete();
      await own.ended;
      expect(textOfAll((await watch(follow(id)).ended).values)).toBe('still here');
    });

    it('ends followers of an earlier run, and refuses its positions', async () => {
      const id = randomUUID();
      await watch(publish(of(chunk('old'), chunk('er')), id)).ended;
      const old = await watch(follow(id)).ended;
      const { reply$, chunk$, say } = drivenReply();
      const own = watch(publish(reply$, id));
      await eventually(() => chunk$.observed);
      say('new');
      const refused = await watch(follow(id, { after: old.values[0]!.position })).ended;
      expect(errorOf(refused)).toMatchObject({ kind: 'truncated', retryable: false });
      expect(refused.values).toEqual([]);
      chunk$.complete();
      await own.ended;
      expect(textOfAll((await watch(follow(id)).ended).values)).toBe('new');
      const garbage = await watch(follow(id, { after: 'not a position' })).ended;
      expect(errorOf(garbage)).toMatchObject({ kind: 'truncated', retryable: false });
    });

    it('ends a follower whose reply is replaced while it follows', async () => {
      const id = randomUUID();
      const { reply$, chunk$, say } = drivenReply();
      const errors: GeminiError[] = [];
      const own = watch(publish(reply$, id, { onStoreError: (error: GeminiError) => errors.push(error) }));
      await eventually(() => chunk$.observed);
      const follower = watch(follow(id));
      await eventually(() => follower.values.length === 1);
      say('old');
      await eventually(() => textOfAll(follower.values) === 'old');
      await setup.admin.del(`rxjs-gemini:{${id}}:lease`);
      const successor = drivenReply();
      const other = watch(successor.reply$.pipe(publishReply(setup.follower, id)));
      await eventually(() => successor.chunk$.observed);
      say('of the old');
      successor.say('new');
      await follower.ended;
      expect(errorOf(follower).kind).toBe('truncated');
      expect(textOfAll(follower.values)).toBe('old');
      await eventually(() => errors.length > 0);
      expect(errors[0]?.kind).toBe('truncated');
      chunk$.complete();
      successor.chunk$.complete();
      await Promise.all([own.ended, other.ended]);
      expect(own.isComplete).toBe(true);
      expect(textOfAll((await watch(follow(id)).ended).values)).toBe('new');
    });

    it('keeps a reply for its ttl', async () => {
      const id = randomUUID();
      await watch(publish(of(chunk('a')), id, { ttl: 60_000 })).ended;
      for (const key of [state(id), stream(id)]) {
        const ttl = await setup.admin.pTTL(key);
        expect(ttl).toBeGreaterThan(50_000);
        expect(ttl).toBeLessThanOrEqual(60_000);
      }
    });

    it('forgets a reply at once with a ttl of 0, but not for those who follow', async () => {
      const id = randomUUID();
      const { reply$, chunk$, say } = drivenReply();
      const own = watch(publish(reply$, id, { ttl: 0 }));
      await eventually(() => chunk$.observed);
      say('Hello');
      const follower = watch(follow(id));
      await eventually(() => textOfAll(follower.values) === 'Hello');
      // Larger than a message, so that the follower must read.
      chunk$.next(chunk('x'.repeat(100_000)));
      chunk$.error(new GeminiError('Busy', { kind: 'overloaded' }));
      await Promise.all([own.ended, follower.ended]);
      expect(errorOf(follower)).toMatchObject({ kind: 'overloaded' });
      expect(errorOf(follower).partial?.text).toHaveLength(100_005);
      expect(textOfAll(follower.values)).toHaveLength(100_005);
      expect(errorOf(await watch(follow(id)).ended).kind).toBe('not_found');
      expect(await setup.admin.pTTL(state(id))).toBeLessThanOrEqual(2_000);
      expect(await setup.admin.pTTL(stream(id))).toBeLessThanOrEqual(2_000);
    });

    it('reports once that the reply is too large, also if Redis is slow and finds it too', async () => {
      const id = randomUUID();
      const errors: GeminiError[] = [];
      const { reply$, chunk$, say } = drivenReply();
      const own = watch(
        publish(reply$, id, { maxBytes: 500, onStoreError: (error: GeminiError) => errors.push(error) }),
      );
      await eventually(() => chunk$.observed);
      say('a'.repeat(300));
      await eventually(async () => Number(await setup.admin.hGet(state(id), 'bytes')) > 300);
      setup.server.pause();
      // On its way: more than the rest that may be stored.
      say('b'.repeat(300));
      // Waiting: more than all that may be stored.
      say('c'.repeat(600));
      expect(errors.map(({ kind }) => kind)).toEqual(['overflow']);
      setup.server.resume();
      chunk$.complete();
      await own.ended;
      expect(errorOf(await watch(follow(id)).ended).kind).toBe('overflow');
      expect(errors).toHaveLength(1);
    });

    it('stores no more than maxBytes: followers overflow, its subscriber gets all, and it can be stopped', async () => {
      const id = randomUUID();
      const errors: GeminiError[] = [];
      const { reply$, chunk$, say, count } = drivenReply();
      const options = { maxBytes: 500, onStoreError: (error: GeminiError) => errors.push(error), lease: 1_000 };
      const own = watch(publish(reply$, id, options));
      await eventually(() => chunk$.observed);
      const follower = watch(follow(id));
      await eventually(() => follower.values.length === 1);
      for (let at = 0; at < 20; at++) {
        say(`chunk ${String(at)}, `);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await follower.ended;
      expect(errorOf(follower)).toMatchObject({ kind: 'overflow', limit: 'size' });
      expect(checkFollowed(own.values, follower)).toBeGreaterThan(0);
      expect(await setup.admin.hGet(state(id), 'bytes')).toMatch(/^\d{3}$/);
      expect(own.values).toHaveLength(20);
      // Longer than the lease.
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect(await cancelReply(setup.follower, id, 'enough')).toBe(true);
      await own.ended;
      expect(own.values.at(-1)?.cancelled?.reason).toBe('enough');
      expect(count.closed).toBe(1);
      expect(errors.map(({ kind }) => kind)).toEqual(['overflow']);
      expect(errorOf(await watch(follow(id)).ended).kind).toBe('overflow');
    });

    it('ends the stored reply at a chunk that has no JSON, and not the reply', async () => {
      const id = randomUUID();
      const circular: Record<string, unknown> = {};
      circular['self'] = circular;
      const sent = [chunk('a'), partsChunk([{ functionCall: { name: 'f', args: circular } }]), chunk('b')];
      const errors: GeminiError[] = [];
      const own = await watch(publish(from(sent), id, { onStoreError: (error: GeminiError) => errors.push(error) }))
        .ended;
      expect(own.values).toHaveLength(3);
      expect(own.isComplete).toBe(true);
      expect(errors).toHaveLength(1);
      const follower = await watch(follow(id)).ended;
      expect(textOfAll(follower.values)).toBe('a');
      expect(errorOf(follower)).toMatchObject({ kind: errors[0]!.kind });
    });

    it('carries chunks above the size of a message: 70 kB, and an image of 3 MB', async () => {
      const id = randomUUID();
      const { reply$, chunk$ } = drivenReply();
      const image = partsChunk([{ inlineData: { mimeType: 'image/png', data: 'aB+/'.repeat(786_432) } }]);
      const sent = [chunk('a'), chunk('€'.repeat(30_000)), image, chunk('b'), finishChunk()];
      const own = watch(publish(reply$, id));
      await eventually(() => chunk$.observed);
      const follower = watch(follow(id));
      await eventually(() => follower.values.length === 1);
      for (const one of sent) {
        chunk$.next(one);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      chunk$.complete();
      await Promise.all([own.ended, follower.ended]);
      expect(checkFollowed(sent, follower)).toBe(5);
      expect(checkFollowed(sent, await watch(follow(id)).ended)).toBe(5);
    });

    it('stores 5,000 chunks at once, in lists of at most 500', async () => {
      const id = randomUUID();
      const sent = Array.from({ length: 5_000 }, (_, at) => chunk(`${String(at)} `));
      const own = watch(publish(from(sent), id));
      await eventually(async () => (await setup.admin.exists(state(id))) === 1);
      const follower = watch(follow(id));
      await Promise.all([own.ended, follower.ended]);
      expect(checkFollowed(sent, follower)).toBe(5_000);
      expect(await setup.admin.xLen(stream(id))).toBeGreaterThanOrEqual(10);
      expect(await setup.admin.xLen(stream(id))).toBeLessThan(30);
    });

    it('keeps ids and owners apart, whatever their characters are', async () => {
      const ids = [
        'a',
        'a}:{b',
        '{a}',
        'a:state',
        'é',
        'e\u0301',
        '%7Ba',
        '👩‍🚀',
        ' ',
        '\n',
        'x'.repeat(256),
        '__proto__',
      ];
      const owners = ['\ud800', '\ud801', '\ufffd', 'a', '{a}', '*', '"\\ud800"'];
      await Promise.all(ids.map((id) => watch(publish(of(chunk(id)), id)).ended));
      for (const id of ids) expect(textOfAll((await watch(follow(id)).ended).values)).toBe(id);
      for (const id of ['', '\ud800', 'x'.repeat(257)]) {
        const source = drivenReply();
        expect(errorOf(await watch(publish(source.reply$, id)).ended).kind).toBe('invalid_request');
        expect(source.count.subscribed).toBe(0);
        expect(errorOf(await watch(follow(id)).ended).kind).toBe('not_found');
        expect(await cancelReply(setup.follower, id)).toBe(false);
      }
      const id = randomUUID();
      for (const owner of owners) {
        await watch(publish(of(chunk('secret')), id, { owner })).ended;
        for (const other of owners) {
          const seen = await watch(follow(id, { owner: other })).ended;
          expect([other, seen.isComplete]).toEqual([other, other === owner]);
        }
      }
    });

    it('checks the owner where one is given', async () => {
      const id = randomUUID();
      const { reply$, chunk$, say } = drivenReply();
      const own = watch(publish(reply$, id, { owner: 'ann' }));
      await eventually(() => chunk$.observed);
      say('a');
      expect(errorOf(await watch(follow(id, { owner: 'bob' })).ended).kind).toBe('not_found');
      expect(await cancelReply(setup.follower, id, '', { owner: 'bob' })).toBe(false);
      expect((await watch(follow(id, { owner: 'ann' }).pipe(take(1))).ended).isComplete).toBe(true);
      expect((await watch(follow(id).pipe(take(1))).ended).isComplete).toBe(true);
      expect(await cancelReply(setup.follower, id, '', { owner: 'ann' })).toBe(true);
      await own.ended;
      // A prefix has replies of its own.
      expect(errorOf(await watch(follow(id, { prefix: 'other' })).ended).kind).toBe('not_found');
      expect(await cancelReply(setup.follower, id, '', { prefix: 'other' })).toBe(false);
    });

    it('lists the running replies of an owner, the oldest first, and forgets crashed ones', async () => {
      const owner = randomUUID();
      const ids = [`${owner} b`, `${owner} a`, `${owner} c`];
      const running = [];
      for (const id of ids) {
        const { reply$, chunk$, say } = drivenReply();
        running.push({ own: watch(publish(reply$, id, { owner, lease: 300 })), chunk$, say });
        await eventually(() => chunk$.observed);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      running[0]!.say('abc');
      await eventually(async () => (await replies(setup.follower, owner))[0]?.chars === 3);
      const listed = await replies(setup.follower, owner);
      expect(listed.map(({ id, chars }) => [id, chars])).toEqual([
        [ids[0], 3],
        [ids[1], 0],
        [ids[2], 0],
      ]);
      expect(Math.abs(Date.now() - listed[0]!.since)).toBeLessThan(60_000);
      expect(listed[1]!.position).toBeUndefined();
      expect(await replies(setup.follower, 'nobody')).toEqual([]);
      expect((await replies(setup.follower)).map(({ id }) => id)).not.toContain(ids[0]);
      const resumed = watch(follow(ids[0]!, { after: listed[0]!.position }));
      running[0]!.say('d');
      running[0]!.chunk$.complete();
      await resumed.ended;
      expect(textOfAll(resumed.values)).toBe('d');
      running[1]!.own.unsubscribe();
      await eventually(async () => (await replies(setup.follower, owner)).length === 1);
      // As a process that has crashed: neither its lease nor its entry is renewed.
      const key = `rxjs-gemini:running:${owner}`;
      await setup.admin.zAdd(key, { score: Date.now() - 1, value: 'aaaaaaaaaaaaaaaa crashed' });
      expect((await replies(setup.follower, owner)).map(({ id }) => id)).toEqual([ids[2]]);
      await eventually(async () => (await setup.admin.zCard(key)) === 1);
      running[2]!.chunk$.complete();
      await running[2]!.own.ended;
      await eventually(async () => (await setup.admin.exists(key)) === 0);
    });

    it('leaves no channel and no listener', async () => {
      const isFirstOfItsSort = ['redis 6', 'a cluster of redis 6'].includes(pair.name);
      const registered = () =>
        ['ready', 'error', 'node-ready', 'topology-change'].map((name) =>
          (setup.follower as unknown as NodeJS.EventEmitter).listenerCount(name),
        );
      const before = registered();
      for (let pass = 0; pass < 2; pass++) {
        const id = randomUUID();
        const { reply$, chunk$, say } = drivenReply();
        const own = watch(publish(reply$, id));
        await eventually(() => chunk$.observed);
        say('a');
        const followers = Array.from({ length: 20 }, () => watch(follow(id)));
        await eventually(() => followers.every(({ values }) => values.length > 0));
        followers[0]!.unsubscribe();
        chunk$.complete();
        await Promise.all([own.ended, ...followers.slice(1).map(({ ended }) => ended)]);
        await eventually(async () => (await setup.admin.pubSubChannels('rxjs*')).length === 0);
        await eventually(async () => (await setup.admin.pubSubShardChannels('rxjs*')).length === 0);
        // The time for which a connection is kept without a channel.
        if (isFirstOfItsSort) await new Promise((resolve) => setTimeout(resolve, 1_100));
      }
      const grown = registered().map((count, at) => count - before[at]!);
      expect(Math.max(...grown)).toBeLessThanOrEqual(1);
      expect(problems).toEqual([]);
    });
  });
});

function withoutPosition({ position: _, ...rest }: GeminiChunk): GeminiChunk {
  return rest;
}
