// Reads one way, in a process of its own: a warm-up, then the measured reply. Prints what it cost.
import process from 'node:process';

const [file, origin, chunks, packet] = process.argv.slice(2);
const { read } = await import(file);
const url = (count) => `${origin}/c${count}p${packet}`;

await read(url(Math.min(5000, Number(chunks))));
globalThis.gc?.();
const before = process.cpuUsage();
const text = await read(url(chunks));
const { user, system } = process.cpuUsage(before);
if (text !== 'twelve chars'.repeat(Number(chunks))) throw new Error(`Lost text: ${text.length} characters are left`);
process.stdout.write(JSON.stringify({ micros: (user + system) / Number(chunks), rss: process.resourceUsage().maxRSS }));
process.exit();
