// Reads replies of one chunk, one way, in a process of its own, so many at once. Prints how long after the server's write
// the text was there, in ms, on the clock that all processes of a machine share.
import process from 'node:process';
import { replyReader } from './replyReaders.mjs';

const [way, origin, atOnce, total] = process.argv.slice(2).map((arg, index) => (index < 2 ? arg : Number(arg)));
const read = replyReader(way, `${origin}/silent`);

// Warm code: the first reply of a process is a matter of its own.
await latencies(100, 300);
const all = (await latencies(atOnce, total)).sort((a, b) => a - b);
const percentile = (share) => all[Math.floor(all.length * share)];
process.stdout.write(JSON.stringify({ p50: percentile(0.5), p99: percentile(0.99) }));
process.exit();

async function latencies(atOnce, total) {
  const all = [];
  while (all.length < total) {
    const read = Array.from({ length: atOnce }, latency);
    // A thousand a second, or one at once.
    await fetch(`${origin}/begin?chunks=1&period=${atOnce}&replies=${atOnce}`);
    all.push(...(await Promise.all(read)));
  }
  return all;
}

async function latency() {
  let ms;
  await read((text) => {
    ms = Number(process.hrtime.bigint()) / 1e6 - Number(text.split(' ')[1]);
  });
  if (ms === undefined) throw new Error(`${way} got no text`);
  return ms;
}
