// What a route costs that passes replies of the model on to its clients. The model, the route and the clients are
// processes of their own, and only the route's is measured; the ways take turns.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { atLeast } from './atLeast.mjs';
import { median } from './median.mjs';

const ways = ['handWritten', 'sdk', 'fromGemini'];
const atOnce = 50;
const chunks = 300;
/** Replies for the compiler, and replies that are measured. */
const [warmUp, measured] = [200, 400];
const target = Number(process.versions.node.split('.')[0]) < 22 ? 0.9 : 0.7;

/**
 * Rows of `{ way, packet, perCpuSecond, wall, ofHandWritten, ofSdk, target }`: replies a CPU second of the route's
 * process, and a second of the clock; the former as a multiple of the hand-written route's, and of the SDK's loop's.
 * `packet` is the number of events in one write of the model.
 */
export async function sinkCost({ rounds = 7, packets = [1] } = {}) {
  const rows = [];
  for (const packet of packets) rows.push(...(await costOf(packet, rounds)));
  return rows;
}

async function costOf(packet, rounds) {
  const [model, { port }] = await start('floodServer.mjs');
  const origin = `http://127.0.0.1:${port}/c${chunks}p${packet}`;
  const runs = Object.fromEntries(ways.map((way) => [way, []]));
  try {
    for (let round = 0; round < rounds; round++) for (const way of ways) runs[way].push(await run(way, origin));
  } finally {
    model.disconnect();
  }
  const figure = (way, name) => median(runs[way].map((each) => each[name]));
  // Of the two that ran one after the other: the machine changes with the time.
  const ratio = (way, to) => median(runs[way].map(({ perCpuSecond }, at) => perCpuSecond / runs[to][at].perCpuSecond));
  return ways.map((way) => {
    const ofHandWritten = ratio(way, 'handWritten');
    return {
      way,
      packet,
      perCpuSecond: figure(way, 'perCpuSecond'),
      wall: figure(way, 'wall'),
      ofHandWritten,
      ofSdk: ratio(way, 'sdk'),
      target: way === 'fromGemini' ? atLeast(target, ofHandWritten, 'x the hand-written route') : '',
    };
  });
}

async function run(way, origin) {
  const [route, { port }] = await start('sinkRoute.mjs', way, origin);
  const [readers] = await start('sinkReaders.mjs', port, atOnce, chunks);
  try {
    await ask(readers, { replies: warmUp });
    const { cpu: before } = await ask(route, {});
    const { wall } = await ask(readers, { replies: measured });
    const { cpu: after } = await ask(route, {});
    const cpu = after.user + after.system - before.user - before.system;
    return { perCpuSecond: (measured / cpu) * 1e6, wall: (measured / wall) * 1e3 };
  } finally {
    readers.disconnect();
    route.disconnect();
  }
}

/** Starts a file of this folder; gives the process, and its first message. */
async function start(file, ...args) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args.map(String), { env: { NODE_ENV: 'production' } });
  return [child, await answerOf(child)];
}

function ask(child, message) {
  child.send(message);
  return answerOf(child);
}

/** The next message of a process; fails if it ends instead. */
async function answerOf(child) {
  const ended = new AbortController();
  try {
    const [answer] = await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(() => {
        throw new Error(`${child.spawnargs.slice(1).join(' ')} failed`);
      }),
    ]);
    return answer;
  } finally {
    ended.abort();
  }
}
