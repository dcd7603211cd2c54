// Reads one way, in a process of its own: a warm-up, then the measured reply. Prints what it cost.
import process from 'node:process';
import { readers } from './readers.mjs';

const [name, origin, chunks, packet] = process.argv.slice(2);
const url = (count) => `${origin}/c${count}p${packet}`;
const read = readers[name];

await read(url(Math.min(5000, Number(chunks))));
globalThis.gc?.();
const before = process.cpuUsage();
const text = await read(url(chunks));
const { user, system } = process.cpuUsage(before);
if (text !== 'twelve chars'.repeat(Number(chunks))) throw new Error(`${name} lost text: ${text.length} characters`);
process.stdout.write(JSON.stringify({ micros: (user + system) / Number(chunks), rss: process.resourceUsage().maxRSS }));
process.exit();
