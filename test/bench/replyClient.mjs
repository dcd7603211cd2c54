// Reads a reply whose chunks are there already, in a process of its own: the first one of the process, or one after ten
// others, when the engine has compiled what it compiles. Prints what it cost, in µs a chunk.
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';

const [file, count, maxChunks, state] = process.argv.slice(2);
const { read } = await import(file);
const chunks = Array.from({ length: Number(count) }, (_, index) => chunk(index));
chunks.at(-1).candidates[0].finishReason = 'STOP';

if (state === 'warm') {
  for (let round = 0; round < 10; round++) {
    await read(chunks, Number(maxChunks));
    // The compiler's threads finish meanwhile.
    await setTimeout(10);
  }
}
const wall = performance.now();
const cpu = process.cpuUsage();
const text = await read(chunks, Number(maxChunks));
const { user, system } = process.cpuUsage(cpu);
const elapsed = (performance.now() - wall) * 1000;
if (text !== 'twelve chars'.repeat(chunks.length)) throw new Error(`Lost text: ${text.length} characters are left`);
process.stdout.write(JSON.stringify({ cpu: (user + system) / chunks.length, wall: elapsed / chunks.length }));
process.exit();

/** A chunk as the source makes it of the JSON of a server. */
function chunk(index) {
  const candidate = { content: { parts: [{ text: 'twelve chars' }], role: 'model' }, index: 0 };
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: index * 3, totalTokenCount: 10 + index * 3 };
  const response = { candidates: [candidate], usageMetadata, modelVersion: 'gemini-2.5-flash', responseId: 'abc' };
  return Object.assign(JSON.parse(JSON.stringify(response)), { text: 'twelve chars' });
}
