// What a chunk costs the client in CPU time, in several ways to read it. Each run is a process of its own; the ways take
// turns, so that a machine that slows down slows all of them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

/**
 * Rows of `{ packet, way, micros, …ratios, rss }`, times in µs a chunk and memory in MB; of `{ packet, way, failure }`
 * for a way that failed or lost text.
 *
 * `ways` names the file of each, whose `read(baseUrl)` gives a reply's whole text; `ratios` names the way that each
 * column of ratios is relative to.
 */
export async function readerCost(ways, ratios, { chunks = 20_000, rounds = 7, warmUp = 5000 } = {}) {
  const server = fork(fileURLToPath(new URL('floodServer.mjs', import.meta.url)));
  const [{ port }] = await once(server, 'message');
  const rows = [];
  for (const packet of [1, 64]) {
    const runs = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
    const failures = {};
    for (let round = 0; round < rounds; round++) {
      for (const [way, file] of Object.entries(ways)) {
        if (failures[way]) continue;
        const run = measure(file, `http://127.0.0.1:${port}`, chunks, packet, warmUp);
        if (run.failure) failures[way] = run.failure;
        else runs[way].push(run);
      }
    }
    for (const way of Object.keys(ways)) {
      rows.push({ packet, way, ...(failures[way] ? { failure: failures[way] } : summary(way, runs, ratios)) });
    }
  }
  server.disconnect();
  return rows;
}

function summary(way, runs, ratios) {
  const middle = (figure) => median(runs[way].map(figure));
  // Ratios within a round, then their median: the machine was the same for both.
  const ratioTo = (other) => median(runs[way].map(({ micros }, round) => micros / runs[other][round]?.micros));
  return {
    micros: middle(({ micros }) => micros),
    wall: middle(({ wall }) => wall),
    ...Object.fromEntries(Object.entries(ratios).map(([column, other]) => [column, ratioTo(other)])),
    rss: middle(({ rss }) => rss) / 1024,
  };
}

/** `{ micros, rss }`, or the `{ failure }` that ended the process. */
function measure(file, origin, chunks, packet, warmUp) {
  try {
    return runClient('readClient.mjs', file, origin, chunks, packet, warmUp);
  } catch ({ message }) {
    return { failure: /^\w*(Error|Exception)\b.*/m.exec(message)?.[0] ?? message };
  }
}
