// What the operators cost where nothing else does: the chunks are there already. `cold` is the first reply of a process,
// `warm` one after ten others. Each run is a process of its own; the ways take turns.
import { atMost } from './atMost.mjs';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

const floor = 'by hand in seven layers of rxjs';
const seven = 'seven operators';
const pipeline = 'fromGemini, seven operators';

/** Each group has its own length of a reply, sizes of the buffer, and a way that the others are relative to. */
const groups = [
  { base: floor, chunks: 20_000, sizes: [10, 1], files: { [floor]: 'handWritten', [seven]: 'sevenOperators' } },
  { base: pipeline, chunks: 10_000, sizes: [10, 1], files: { [pipeline]: 'pipeline', createChat: 'chat' } },
  { base: pipeline, chunks: 100_000, sizes: [10], files: { [pipeline]: 'pipeline', createChat: 'chat' } },
];

const targets = {
  [seven]: { cold: 4.5, warm: 3.5 },
  createChat: { cold: 1.25, warm: 1.25 },
};

/** Rows of `{ chunks, maxChunks, state, way, cpu, wall, ofFirst, target }`, in µs a chunk; `ofFirst` is of the CPU time. */
export function replyCost({ rounds = 7 } = {}) {
  return groups.flatMap((group) =>
    group.sizes.flatMap((maxChunks) => ['cold', 'warm'].flatMap((state) => rowsOf(group, maxChunks, state, rounds))),
  );
}

function rowsOf({ base, chunks, files }, maxChunks, state, rounds) {
  const runs = Object.fromEntries(Object.keys(files).map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [way, file] of Object.entries(files)) {
      runs[way].push(runClient('replyClient.mjs', `./replies/${file}.mjs`, chunks, maxChunks, state));
    }
  }
  return Object.keys(files).map((way) => {
    const [cpu, wall] = ['cpu', 'wall'].map((figure) => median(runs[way].map((run) => run[figure])));
    const ofFirst = median(runs[way].map((run, round) => run.cpu / runs[base][round].cpu));
    const limit = targets[way]?.[state];
    return { chunks, maxChunks, state, way, cpu, wall, ofFirst, target: limit ? atMost(limit, ofFirst) : '' };
  });
}
