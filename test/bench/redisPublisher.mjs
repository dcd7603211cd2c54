// Publishes paced replies in a process of its own, at the commands of its parent: `start`, `emit`, `complete`. Each answer
// has the CPU that the command took, in µs.
import process from 'node:process';
import { createClient } from 'redis';
import { createRedisReplies } from 'rxjs-gemini/redis';
import { PacedReplies } from './pacedReplies.mjs';

const [url] = process.argv.slice(2);
const redis = await createClient({ url }).connect();
const store = createRedisReplies(redis);
let replies;

const commands = {
  async start({ ids }) {
    replies = new PacedReplies(ids.length);
    await Promise.all(replies.sources.map((source, index) => store.start(ids[index], source)));
  },
  emit: ({ chunks, period }) => replies.emit(chunks, period),
  complete: () => replies.complete(),
};

process.on('message', async ({ command, ...options }) => {
  const before = process.cpuUsage();
  await commands[command](options);
  const { user, system } = process.cpuUsage(before);
  process.send({ micros: user + system });
});
process.on('disconnect', () => process.exit());
