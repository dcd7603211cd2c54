// The memory of a running reply, with very many of them at once in one process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

const ways = ['floor', 'sdk', 'fromGemini', 'pipeline'];

/**
 * Rows of `{ way, replies, heap, rss, ofSdk }`: kB of one reply, and its heap as a multiple of the SDK's loop's. Three
 * processes of each way, because one takes a minute. Each process, and its server, need a file descriptor a reply.
 */
export async function running({ replies = 10_000, rounds = 3 } = {}) {
  const runs = Object.fromEntries(ways.map((way) => [way, []]));
  let host = 0;
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      // A server and an address for each process: replies that are left open, and ports that the kernel keeps closed for
      // a minute, are in nobody's way.
      const server = fork(fileURLToPath(new URL('paceServer.mjs', import.meta.url)));
      const [{ port }] = await once(server, 'message');
      host = (host % 250) + 1;
      runs[way].push(runClient('runningClient.mjs', way, `http://127.0.0.${host}:${port}`, replies));
      server.disconnect();
    }
  }
  const figure = (way, name) => median(runs[way].map((run) => run[name]));
  return ways.map((way) => ({
    way,
    replies,
    heap: figure(way, 'heap') / 1000,
    rss: figure(way, 'rss') / 1000,
    ofSdk: figure(way, 'heap') / figure('sdk', 'heap'),
  }));
}
