// Stores one reply of 300 chunks, all at once or one by one, and reads it late. Prints what it takes of Redis, in bytes
// and keys, and what reading it costs beside one `GET` of its merged JSON.
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { concatMap, delay, from, lastValueFrom, of } from 'rxjs';
import { mergeChunks } from 'rxjs-gemini';
import { followReply, publishReply } from 'rxjs-gemini/redis';
import { median } from './median.mjs';
import { now, replyChunk } from './pacedReplies.mjs';
import { redisUse } from './redisUse.mjs';

const [pace, url] = process.argv.slice(2);
const redis = await createClient({ url }).connect();
const chunks = Array.from({ length: 300 }, (_, number) => replyChunk(number, 'twenty characters xx'));
const source = from(chunks);
// As slow as it takes for each chunk to be stored before the next.
const paced = pace === 'fast' ? source : source.pipe(concatMap((chunk) => of(chunk).pipe(delay(5))));
const id = now().toFixed(0);
const before = new Set(await redis.keys('*'));
const whole = JSON.stringify(chunks.reduce(mergeChunks));

await lastValueFrom(paced.pipe(publishReply(redis, id)));
// The list of running replies is written after the end.
await wait(100);
const keys = (await redis.keys('*')).filter((key) => !before.has(key));
const sizes = await Promise.all(keys.map((key) => redis.memoryUsage(key, { SAMPLES: 0 })));
await redis.set('merged', whole);

const ways = {
  follow: async () => (await lastValueFrom(followReply(redis, id))).text,
  get: async () => JSON.parse(await redis.get('merged')).text,
};
const costs = { follow: [], get: [] };
for (let time = -50; time < 100; time++) {
  for (const [way, read] of Object.entries(ways)) {
    const start = now();
    const text = await read();
    if (text.length !== 6000) throw new Error(`${way} got ${text.length} characters`);
    if (time >= 0) costs[way].push(now() - start);
  }
}
const bytes = {};
for (const [way, read] of Object.entries(ways)) {
  const { bytesSent } = await redisUse(redis);
  const { bytesSent: again } = await redisUse(redis);
  await read();
  bytes[way] = (await redisUse(redis)).bytesSent - again - (again - bytesSent);
}
process.stdout.write(
  JSON.stringify({
    keys: keys.length,
    bytes: sizes.reduce((sum, size) => sum + size),
    json: JSON.stringify(chunks).length,
    merged: whole.length,
    follow: median(costs.follow),
    get: median(costs.get),
    followBytes: bytes.follow,
    getBytes: bytes.get,
  }),
);
process.exit();
