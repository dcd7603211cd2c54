import { createClient } from 'redis';
import { concatMap, delay, from, lastValueFrom, of, tap, toArray, Subject, finalize } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelReply, followReply, publishReply, replies } from 'rxjs-gemini/redis';
import { finalResponse } from 'rxjs-gemini';
import { chunk } from '../../src/testing/chunks.js';
import { hasRedis, startRedis, type RedisServer } from '../support/redisServer.js';

describe.skipIf(!hasRedis)('first', () => {
  let server: RedisServer;
  let redis: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis();
    redis = createClient({ url: server.url });
    redis.on('error', () => undefined);
    await redis.connect();
  });
  afterAll(async () => {
    redis.destroy();
    await server.stop();
  });

  it('works', async () => {
    const source = from(['Hel', 'lo ', 'world']).pipe(concatMap((text) => of(chunk(text)).pipe(delay(20))));
    const own = lastValueFrom(source.pipe(publishReply(redis, 'a', { owner: 'me', onStoreError: console.log }), toArray()));
    await new Promise((r) => setTimeout(r, 30));
    console.log(await replies(redis, 'me'));
    const all = await lastValueFrom(followReply(redis, 'a').pipe(toArray()));
    console.log(JSON.stringify(all));
    expect((await own).length).toBe(3);
    const again = await lastValueFrom(followReply(redis, 'a').pipe(toArray()));
    console.log(JSON.stringify(again));
    const rest = await lastValueFrom(followReply(redis, 'a', { after: all[0]!.position as string }).pipe(toArray()));
    console.log(JSON.stringify(rest));
    console.log(await replies(redis, 'me'), await redis.keys('*'));
  });
  it('cancels', async () => {
    const subject = new Subject<any>();
    let closed = false;
    const own = lastValueFrom(subject.pipe(finalize(() => { closed = true; }), publishReply(redis, 'b'), toArray()));
    await new Promise((r) => setTimeout(r, 20));
    subject.next(chunk('hello'));
    const f = lastValueFrom(followReply(redis, 'b').pipe(toArray()));
    await new Promise((r) => setTimeout(r, 20));
    const t = performance.now();
    console.log(await cancelReply(redis, 'b', 'enough'));
    console.log(JSON.stringify(await own), closed, performance.now() - t);
    console.log(JSON.stringify(await f));
    console.log(await cancelReply(redis, 'b', 'enough'));
  });
  it('fails a second publisher', async () => {
    const subject = new Subject<any>();
    const own = subject.pipe(publishReply(redis, 'c')).subscribe();
    await new Promise((r) => setTimeout(r, 20));
    await expect(lastValueFrom(of(chunk('x')).pipe(publishReply(redis, 'c')))).rejects.toThrow('running');
    own.unsubscribe();
    console.log(JSON.stringify(await lastValueFrom(followReply(redis, 'c').pipe(toArray()))));
  });
});
