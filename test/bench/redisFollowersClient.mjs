// Holds many followers of some replies, of this process or over Redis of another one, in a process of its own. Prints the
// CPU a chunk that one of them gets, the memory of one after GC in bytes, the CPU of Redis a chunk, and the connections
// for messages.
import process from 'node:process';
import { createClient } from 'redis';
import { memory } from './memory.mjs';
import { FollowedReplies } from './followedReplies.mjs';
import { redisUse } from './redisUse.mjs';

const [way, url, followers, replies, period, chunks] = process.argv
  .slice(2)
  .map((arg, at) => (at < 2 ? arg : Number(arg)));
const redis = await createClient({ url, name: 'follower' }).connect();
const followed = new FollowedReplies(way, redis, url);

await followed.start(replies);
const before = await memory();
await followed.follow(followers / replies);
await followed.emit(3, 500);
const after = await memory();
const usedBefore = await redisUse(redis);
const start = process.cpuUsage();
await followed.emit(chunks, period);
const { user, system } = process.cpuUsage(start);
const used = await redisUse(redis);
const clients = await redis.sendCommand(['CLIENT', 'LIST', 'TYPE', 'pubsub']);
process.stdout.write(
  JSON.stringify({
    micros: (user + system) / (followers * chunks),
    redis: (used.micros - usedBefore.micros) / (replies * chunks),
    heap: (after.heap - before.heap) / followers,
    rss: (after.rss - before.rss) / followers,
    connections: clients.split('\n').filter((line) => line.includes('name=follower')).length,
  }),
);
process.exit();
