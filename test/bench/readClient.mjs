// Reads one way, in a process of its own: a warm-up, if any, then the measured reply. Prints what it cost.
import process from 'node:process';

const [file, origin, chunks, packet, warmUp] = process.argv.slice(2);
const { read } = await import(file);
const url = (count) => `${origin}/c${count}p${packet}`;

if (Number(warmUp) > 0) {
  await read(url(Math.min(Number(warmUp), Number(chunks))));
  globalThis.gc?.();
}
const begin = performance.now();
const before = process.cpuUsage();
const text = await read(url(chunks));
const { user, system } = process.cpuUsage(before);
const wall = (performance.now() - begin) * 1000;
if (text !== 'twelve chars'.repeat(Number(chunks))) throw new Error(`Lost text: ${text.length} characters are left`);
const micros = (user + system) / Number(chunks);
process.stdout.write(JSON.stringify({ micros, wall: wall / Number(chunks), rss: process.resourceUsage().maxRSS }));
process.exit();
