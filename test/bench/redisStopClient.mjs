// Stops replies of one registry through another one, in a process of its own. Prints the time from the call of `stop`
// until the emulator sees that the request is closed, in ms.
import process from 'node:process';
import { GoogleGenAI } from '@google/genai';
import { createClient } from 'redis';
import { fromGemini } from 'rxjs-gemini';
import { startEmulator } from 'rxjs-gemini/emulator';
import { createRedisReplies } from 'rxjs-gemini/redis';

const [, url, count] = process.argv.slice(2);
const [runner, stopper] = await Promise.all(
  [1, 2].map(async () => createRedisReplies(await createClient({ url }).connect())),
);
const emulator = await startEmulator({ reply: { chunks: ['Hello', 'never'], stallAfter: { chunks: 1 } } });
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });

const times = [];
for (let at = 0; at < Number(count); at++) {
  const id = String(at);
  await runner.start(id, fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Hello' }));
  await until(() => emulator.requests[at]?.chunksSent === 1);
  const calledAt = performance.now();
  await stopper.stop(id);
  await emulator.requests[at].closed;
  times.push(emulator.requests[at].closedAt - calledAt);
}
times.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({ p50: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)] }),
);
process.exit();

async function until(holds) {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
