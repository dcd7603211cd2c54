// Publishes replies whose chunks are there already, one after the other, in a process of its own. Prints the CPU a chunk of
// this process and of Redis, in µs, and the scripts a chunk.
import process from 'node:process';
import { createClient } from 'redis';
import { from, lastValueFrom } from 'rxjs';
import { publishReply } from 'rxjs-gemini/redis';
import { now, replyChunk } from './pacedReplies.mjs';
import { redisUse } from './redisUse.mjs';

const [way, url, replies, count] = process.argv.slice(2).map((arg, at) => (at < 2 ? arg : Number(arg)));
const redis = await createClient({ url }).connect();
const chunks = Array.from({ length: count }, (_, number) => replyChunk(number, `${number} twelve chars xx `));
const publish = { none: () => (source) => source, redis: (id) => publishReply(redis, id) }[way];
const run = now().toFixed(0);

await publishAll('warm-up');
const usedBefore = await redisUse(redis);
const before = process.cpuUsage();
await publishAll('measured');
const { user, system } = process.cpuUsage(before);
const used = await redisUse(redis);
const each = (total) => total / (replies * count);
process.stdout.write(
  JSON.stringify({
    micros: each(user + system),
    redis: each(used.micros - usedBefore.micros),
    scripts: each(used.scripts - usedBefore.scripts),
  }),
);
process.exit();

async function publishAll(name) {
  for (let index = 0; index < replies; index++) {
    await lastValueFrom(from(chunks).pipe(publish(`${run}-${name}-${index}`)));
  }
}
