// What a chunk costs the client in CPU time, read in four ways. Each run is a process of its own; the ways take turns, so
// that a machine that slows down slows all of them.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { median } from './median.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const ways = ['floor', 'sdk', 'fromGemini', 'pipeline'];

/** Rows of `{ packet, way, micros, ofSdk, ofFloor, rss }`; times in µs a chunk, memory in MB. */
export async function chunkCost({ chunks = 20_000, rounds = 5 } = {}) {
  const server = fork(here('floodServer.mjs'));
  const [{ port }] = await once(server, 'message');
  const rows = [];
  for (const packet of [1, 64]) {
    const runs = ways.map(() => []);
    for (let round = 0; round < rounds; round++) {
      ways.forEach((way, index) => runs[index].push(measure(way, `http://127.0.0.1:${port}`, chunks, packet)));
    }
    ways.forEach((way, index) => {
      // Ratios within a round, then their median: the machine was the same for both.
      const ratio = (other) =>
        median(runs[index].map(({ micros }, round) => micros / runs[ways.indexOf(other)][round].micros));
      const [micros, rss] = ['micros', 'rss'].map((figure) => median(runs[index].map((run) => run[figure])));
      rows.push({ packet, way, micros, ofSdk: ratio('sdk'), ofFloor: ratio('floor'), rss: rss / 1024 });
    });
  }
  server.disconnect();
  return rows;
}

function measure(way, origin, chunks, packet) {
  const args = ['--expose-gc', here('readClient.mjs'), way, origin, String(chunks), String(packet)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${way} failed: ${stderr}`);
  return JSON.parse(stdout);
}
