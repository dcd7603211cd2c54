// The time to the first token that a client adds: from the server's write of the first event to the consumer's text.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

const ways = ['floor', 'sdk', 'fromGemini', 'pipeline'];
/** How many replies at once, and how many of each process are measured. */
const loads = [
  { atOnce: 1, total: 500 },
  { atOnce: 1000, total: 2000 },
];

/** Rows of `{ atOnce, way, p50, p99, addedToFloor }` in ms: medians over the processes; the last is of the `p50`. */
export async function latency({ rounds = 7 } = {}) {
  const server = fork(fileURLToPath(new URL('paceServer.mjs', import.meta.url)));
  const [{ port }] = await once(server, 'message');
  const rows = [];
  let host = 0;
  for (const { atOnce, total } of loads) {
    const runs = Object.fromEntries(ways.map((way) => [way, []]));
    for (let round = 0; round < rounds; round++) {
      for (const way of ways) {
        host = (host % 250) + 1;
        runs[way].push(runClient('latencyClient.mjs', way, `http://127.0.0.${host}:${port}`, atOnce, total));
      }
    }
    const figure = (way, name) => median(runs[way].map((run) => run[name]));
    for (const way of ways) {
      const [p50, p99] = [figure(way, 'p50'), figure(way, 'p99')];
      rows.push({ atOnce, way, p50, p99, addedToFloor: p50 - figure('floor', 'p50') });
    }
  }
  server.disconnect();
  return rows;
}
