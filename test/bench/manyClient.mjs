// Reads many replies at once, one way, in a process of its own. Prints how long after the server's write each chunk was
// there, what it cost, and what an open reply holds.
import process from 'node:process';
import { memory } from './memory.mjs';
import { replyReader } from './replyReaders.mjs';

const [way, origin, replies, chunks, period] = process.argv
  .slice(2)
  .map((arg, index) => (index < 2 ? arg : Number(arg)));
const read = replyReader(way, origin);

// Fewer and faster: what matters is that the code is warm.
await readAll(100, 100, 10);
const { lags, ...costs } = await readAll(replies, chunks, period);
lags.sort();
const percentile = (share) => lags[Math.floor(lags.length * share)];
process.stdout.write(JSON.stringify({ p50: percentile(0.5), p99: percentile(0.99), ...costs }));
process.exit();

async function readAll(replies, chunks, period) {
  const lags = new Float64Array(replies * chunks);
  let seen = 0;
  let opened = 0;
  const before = await memory();
  let open;
  const areOpen = new Promise((resolve) => (open = resolve));
  const readOne = async () => {
    let next = 0;
    await read((text) => {
      const [number, writtenAt] = text.split(' ');
      if (Number(number) !== next++) throw new Error(`${way} got chunk ${number} instead of ${next - 1}`);
      // The first one says that the reply is open.
      if (number !== '0') lags[seen++] = now() - Number(writtenAt);
      else if (++opened === replies) open();
    });
  };
  const all = Promise.all(Array.from({ length: replies }, readOne));
  await Promise.race([areOpen, all]);
  const after = await memory();
  const startedAt = now();
  const start = process.cpuUsage();
  await fetch(`${origin}/begin?chunks=${chunks}&period=${period}`);
  await all;
  if (seen !== lags.length) throw new Error(`${way} got ${seen} of ${lags.length} chunks`);
  const { user, system } = process.cpuUsage(start);
  const peak = process.resourceUsage().maxRSS * 1024;
  return {
    lags,
    micros: (user + system) / seen,
    core: (user + system) / 1000 / (now() - startedAt),
    heap: (after.heap - before.heap) / replies,
    rss: (peak - before.rss) / replies,
  };
}

function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
