// `npm run bench`: what this library costs, beside what it is compared with. `--json` for machines, `--only NAME` for one
// section, `--rounds N`. Ratios are of interleaved runs on this machine; absolute times are only good for the day.
import { parseArgs } from 'node:util';
import { bigEvent } from './bigEvent.mjs';
import { bundle } from './bundle.mjs';
import { chunkCost } from './chunkCost.mjs';
import { jsonCost } from './jsonCost.mjs';
import { longReply } from './longReply.mjs';
import { operatorCost } from './operatorCost.mjs';
import { table } from './table.mjs';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});

const sections = {
  chunk: {
    title: 'Cost of a chunk (20 000 chunks of 12 characters over loopback)',
    run: () => chunkCost({ rounds: Number(values.rounds) }),
  },
  operators: { title: 'Operators alone (no network)', run: operatorCost },
  json: {
    title: 'Structured output while it streams: times one JSON.parse (3 000 and 30 000 deltas)',
    run: () => jsonCost({ rounds: Number(values.rounds) }),
  },
  long: { title: 'A long reply: ns a chunk at 10 000 and at 1 000 000 chunks', run: longReply },
  event: { title: 'One event of 8 MB in packets of 16 KB', run: bigEvent },
  bundle: { title: 'Bundle (min + gzip, rxjs outside)', run: bundle },
};

const results = {};
for (const [name, { title, run }] of Object.entries(sections)) {
  if (values.only !== undefined && values.only !== name) continue;
  results[name] = await run();
  if (!values.json) console.log(`\n${title}\n\n${table(results[name])}`);
}
if (values.json) console.log(JSON.stringify(results, null, 2));
