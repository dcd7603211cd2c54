// A process that publishes, follows and leaves replies in every state, closes its client, and must then end by itself.
import { setImmediate } from 'node:timers/promises';
import { createClient } from 'redis';
import { concat, from, lastValueFrom, NEVER, of, Subject, take } from 'rxjs';
import { createRateLimiter } from '../../operators/protect/createRateLimiter.js';
import { createRedisReplies } from '../../src/redis/createRedisReplies.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { followReply } from '../../src/redis/followReply.js';
import { publishReply } from '../../src/redis/publishReply.js';
import { redisStore } from '../../src/redis/redisStore.js';
import { chunk } from '../../src/testing/chunks.js';
import { eventually } from './followedReply.js';

const [url = ''] = process.argv.slice(2);
const redis = await createClient({ url }).connect();
const replies = createRedisReplies(redis);

await lastValueFrom(from(['a', 'b'].map((text) => chunk(text))).pipe(publishReply(redis, 'whole')));
await lastValueFrom(followReply(redis, 'whole'));
await replies.start('endless', concat(of(chunk('a')), NEVER));
const follower = followReply(redis, 'endless').subscribe();
await lastValueFrom(followReply(redis, 'endless').pipe(take(1)));
follower.unsubscribe();
followReply(redis, 'endless').subscribe().unsubscribe();
of(chunk('a')).pipe(publishReply(redis, 'early')).subscribe().unsubscribe();
// A lease so long that the test sees the process wait for it.
const limiter = createRateLimiter({ concurrency: 2, store: redisStore(redis, { lease: 600_000 }) });
const sources = [new Subject<GeminiChunk>(), new Subject<GeminiChunk>()];
const ends = sources.map((source) => lastValueFrom(concat(of(chunk('a')), source).pipe(limiter.limit())));
await eventually(() => sources.every(({ observed }) => observed));
await replies.close();
await redis.close();
// Replies that end, one by one, when the server cannot be told any more.
for (const [at, source] of sources.entries()) {
  source.complete();
  await ends[at];
  await setImmediate();
}

// Of a server that is not there.
const lost = createClient({ url: 'redis://127.0.0.1:1' });
lost.on('error', () => undefined);
void lost.connect().catch(() => undefined);
followReply(lost, 'a').subscribe().unsubscribe();
of(chunk('a')).pipe(publishReply(lost, 'a')).subscribe().unsubscribe();
lost.destroy();
process.stdout.write('done');
