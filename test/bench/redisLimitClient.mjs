// Sends replies through a limiter, of one process or of all, in a process of its own, 16 at a time: each is open until it
// has begun. Prints the time of `limit()` from the subscription to the request in ms, the CPU of a decision of this process
// and of Redis in µs, and the decisions a second.
import process from 'node:process';
import { createClient } from 'redis';
import { defer, EMPTY, lastValueFrom } from 'rxjs';
import { createRateLimiter } from 'rxjs-gemini';
import { redisStore } from 'rxjs-gemini/redis';
import { now } from './pacedReplies.mjs';
import { redisUse } from './redisUse.mjs';

const [way, url] = process.argv.slice(2);
const redis = await createClient({ url }).connect();
const limits = { concurrency: 1000, requestsPerMinute: 1e6, perKey: { concurrency: 10 } };
const limiter = createRateLimiter(way === 'memory' ? limits : { ...limits, store: redisStore(redis) });
const atOnce = 16;

await limitAll(1000);
const usedBefore = await redisUse(redis);
const before = process.cpuUsage();
const startedAt = now();
const count = 5000;
const lags = (await limitAll(count)).sort((a, b) => a - b);
const elapsed = now() - startedAt;
const { user, system } = process.cpuUsage(before);
const used = await redisUse(redis);
process.stdout.write(
  JSON.stringify({
    p50: lags[Math.floor(count / 2)],
    p99: lags[Math.floor(count * 0.99)],
    micros: (user + system) / count,
    redis: (used.micros - usedBefore.micros) / count,
    scripts: (used.scripts - usedBefore.scripts) / count,
    rate: (1000 * count) / elapsed,
  }),
);
process.exit();

async function limitAll(count) {
  const lags = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const key = `user ${next++ % 1000}`;
      const start = now();
      const request$ = defer(() => {
        lags.push(now() - start);
        return EMPTY;
      });
      await lastValueFrom(request$.pipe(limiter.limit({ key })), { defaultValue: undefined });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return lags;
}
