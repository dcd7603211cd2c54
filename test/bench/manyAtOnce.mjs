// Many replies at once in one process: what is added between the server's write and the consumer, and what each one
// holds. Each run is a process of its own; the ways take turns.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

const ways = ['floor', 'sdk', 'fromGemini'];
const replies = 1000;
const chunks = 100;
/** In ms: 20 chunks a second. */
const period = 50;

/**
 * Rows of `{ way, p50, p99, micros, core, heap, rss, target }`: the lag in ms; the CPU in µs a chunk, and as a share of a
 * core; in kB a reply, the heap of an open one after GC and the growth of the peak RSS. A reader that needs more than a
 * core falls behind: its lag then grows with the length of the run.
 */
export async function manyAtOnce({ rounds = 5 } = {}) {
  const server = fork(fileURLToPath(new URL('paceServer.mjs', import.meta.url)));
  const [{ port }] = await once(server, 'message');
  const runs = Object.fromEntries(ways.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      runs[way].push(runClient('manyClient.mjs', way, `http://127.0.0.1:${port}`, replies, chunks, period));
    }
  }
  server.disconnect();
  const figure = (way, name) => median(runs[way].map((run) => run[name]));
  const isBelowSdk = ['p50', 'p99', 'heap'].every((name) => figure('fromGemini', name) <= figure('sdk', name));
  return ways.map((way) => ({
    way,
    p50: figure(way, 'p50'),
    p99: figure(way, 'p99'),
    micros: figure(way, 'micros'),
    core: figure(way, 'core'),
    heap: figure(way, 'heap') / 1000,
    rss: figure(way, 'rss') / 1000,
    target: way === 'fromGemini' ? `lag and heap <= the SDK's: ${isBelowSdk ? 'met' : 'not met'}` : '',
  }));
}
