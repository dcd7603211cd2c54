// Follows replies, of this process or over Redis of another one, in a process of its own. Prints how long after the
// publisher's `next` each chunk was there, in ms, and the CPU a chunk of the publisher, the follower and Redis, in µs.
import process from 'node:process';
import { createClient } from 'redis';
import { FollowedReplies } from './followedReplies.mjs';
import { redisUse } from './redisUse.mjs';

const [way, url, atOnce, period, chunks] = process.argv.slice(2).map((arg, at) => (at < 2 ? arg : Number(arg)));
const redis = await createClient({ url }).connect();
const followed = new FollowedReplies(way, redis, url);
/** The chunks before the measured ones, while code is compiled. */
const warmUp = Math.ceil(1000 / atOnce) + 3;
const lags = new Float64Array(atOnce * (warmUp + chunks));
let seen = 0;

await followed.start(atOnce);
await followed.follow(1, (lag) => {
  lags[seen++] = lag;
});
await followed.emit(warmUp, Math.max(2, atOnce / 5));
const usedBefore = await redisUse(redis);
const before = process.cpuUsage();
const publisher = await followed.emit(chunks, period);
const { user, system } = process.cpuUsage(before);
const used = await redisUse(redis);
await followed.close();

const measured = lags.slice(atOnce * warmUp).sort();
const percentile = (share) => measured[Math.floor(measured.length * share)];
const each = (total) => total / measured.length;
process.stdout.write(
  JSON.stringify({
    p50: percentile(0.5),
    p99: percentile(0.99),
    publisher: each(publisher),
    follower: each(user + system),
    redis: each(used.micros - usedBefore.micros),
    scripts: each(used.scripts - usedBefore.scripts),
  }),
);
process.exit();
