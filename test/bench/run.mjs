// `npm run bench`: what this library costs, beside what it is compared with. `--json` for machines, `--only NAME` for one
// section, `--rounds N`, `--chunks N`, and of `redis` `--replies N` and `--followers N`. Ratios are of interleaved runs on this machine; absolute times are only good for
// the day.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { bigEvent } from './bigEvent.mjs';
import { bundle } from './bundle.mjs';
import { chunkCost } from './chunkCost.mjs';
import { firstReply } from './firstReply.mjs';
import { fanOut } from './fanOut.mjs';
import { formatCost } from './formatCost.mjs';
import { held } from './held.mjs';
import { interactionCost } from './interactionCost.mjs';
import { jsonCost } from './jsonCost.mjs';
import { latency } from './latency.mjs';
import { listCost } from './listCost.mjs';
import { longReply } from './longReply.mjs';
import { manyAtOnce } from './manyAtOnce.mjs';
import { operatorCost } from './operatorCost.mjs';
import { peerCost } from './peerCost.mjs';
import { redisCost } from './redisCost.mjs';
import { replyCost } from './replyCost.mjs';
import { running } from './running.mjs';
import { sinkCost } from './sinkCost.mjs';
import { table } from './table.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    chunks: { type: 'string', default: '20000' },
    replies: { type: 'string', default: '1000' },
    followers: { type: 'string', default: '10000' },
  },
});

const sections = {
  first: {
    title: 'The first reply of a process: import and 300 chunks (ms)',
    run: () => firstReply({ rounds: Number(values.rounds) }),
  },
  replies: {
    title: 'Operators alone, over chunks that are there already (µs a chunk; the first row of each group is the base)',
    run: () => replyCost({ rounds: Number(values.rounds) }),
  },
  chunk: {
    title: `Cost of a chunk (${values.chunks} chunks of 12 characters over loopback)`,
    run: () => chunkCost({ rounds: Number(values.rounds), chunks: Number(values.chunks) }),
  },
  interaction: {
    title: `Cost of an event of an interaction (${values.chunks} deltas of 12 characters over loopback)`,
    run: () => interactionCost({ rounds: Number(values.rounds), chunks: Number(values.chunks) }),
  },
  peers: {
    title: `Cost of a chunk in other clients (the same ${values.chunks} chunks, in the first reply of a process)`,
    run: () => peerCost({ rounds: Number(values.rounds), chunks: Number(values.chunks) }),
  },
  sinks: {
    title: 'A route: fromGemini to pipeToServerResponse, 300 chunks, 50 replies at once (replies a CPU second)',
    run: () => sinkCost({ rounds: Number(values.rounds) }),
  },
  operators: { title: 'An operator alone, warm (ns a chunk)', run: operatorCost },
  formats: {
    title: 'Formats of front ends: from a chunk to the bytes of its event (10 000 deltas, none merged)',
    run: () => formatCost({ rounds: Number(values.rounds) }),
  },
  json: {
    title: 'Structured output while it streams: times one JSON.parse (3 000 and 30 000 deltas)',
    run: () => jsonCost({ rounds: Number(values.rounds) }),
  },
  list: {
    title: 'A JSON list of 50 000, read while it streams (CPU in ms)',
    run: () => listCost({ rounds: Number(values.rounds) }),
  },
  long: { title: 'A long reply: ns a chunk at 10 000 and at 1 000 000 chunks', run: longReply },
  held: { title: 'Heap of a long reply in seven operators, as a multiple of its text', run: held },
  many: {
    title: '1 000 replies at once, 20 chunks a second each: lag (ms), CPU (µs a chunk, cores), memory (kB a reply)',
    run: () => manyAtOnce({ rounds: Number(values.rounds) }),
  },
  latency: {
    title: 'The first token: from the write of the server to the text in the client (ms)',
    run: () => latency({ rounds: Number(values.rounds) }),
  },
  running: {
    title: '10 000 replies at once that have begun: memory of one (kB)',
    run: () => running({ rounds: Math.min(3, Number(values.rounds)) }),
  },
  fanOut: {
    title: 'One reply to 10 000 subscribers (ns of CPU for each chunk that one of them gets)',
    run: () => fanOut({ rounds: Number(values.rounds) }),
  },
  redis: {
    title: 'Replies over Redis, in other processes of this machine, beside one process',
    run: () =>
      redisCost({
        rounds: Math.min(3, Number(values.rounds)),
        replies: Number(values.replies),
        followers: Number(values.followers),
      }),
  },
  event: {
    title: 'One event in packets of 16 KB (CPU in ms, peak RSS in MB)',
    run: () => bigEvent({ rounds: Number(values.rounds) }),
  },
  bundle: { title: 'Bundle (min + gzip, rxjs outside)', run: bundle },
};

const results = {};
for (const [name, { title, run }] of Object.entries(sections)) {
  if (values.only !== undefined && values.only !== name) continue;
  results[name] = await run();
  if (!values.json) console.log(`\n${title}\n\n${table(results[name])}`);
}
if (values.json) console.log(JSON.stringify(results, null, 2));
const rows = Object.values(results).flat();
if (rows.some(({ failure }) => failure)) process.exitCode = 1;
