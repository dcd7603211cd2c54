// Reads many replies at once, one way, in a process of its own. Prints how long after the server's write each chunk was
// there, what it cost, and what an open reply holds.
import process from 'node:process';
import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, tap } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';

const [way, origin, replies, chunks, period] = process.argv
  .slice(2)
  .map((arg, index) => (index < 2 ? arg : Number(arg)));
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: origin } });
const params = { model: 'gemini-2.5-flash', contents: 'Hello' };

const read = {
  async floor(onText) {
    const response = await fetch(origin, { method: 'POST', body: '{}' });
    const decoder = new TextDecoder();
    let rest = '';
    for await (const packet of response.body) {
      const events = (rest + decoder.decode(packet, { stream: true })).split('\r\n\r\n');
      rest = events.pop();
      for (const event of events) onText(JSON.parse(event.slice(6)).candidates[0].content.parts[0].text);
    }
  },
  async sdk(onText) {
    for await (const chunk of await ai.models.generateContentStream(params)) {
      onText(chunk.candidates[0].content.parts[0].text);
    }
  },
  fromGemini(onText) {
    return lastValueFrom(fromGemini(ai, params).pipe(tap((chunk) => onText(chunk.text))));
  },
}[way];

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

async function memory() {
  // What was closed is let go of by finalizers, which want turns of the loop.
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
