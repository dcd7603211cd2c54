// What a process pays once: the import, and the first chunks, which run before the engine has compiled anything. Each
// run is a process of its own; the ways take turns.
import process from 'node:process';
import { atMost } from './atMost.mjs';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

const isBefore22 = Number(process.versions.node.split('.')[0]) < 22;
const entries = ['rxjs-gemini', 'rxjs-gemini/operators', 'rxjs-gemini/json'];
const chunks = 300;
/** Name, file and `maxChunks` of `bufferChunks`. */
const ways = [
  ['the floor, by hand in rxjs', 'handWritten', 10],
  ['fromGemini', 'fromGemini', 10],
  ['fromGemini, seven operators', 'pipeline', 10],
  ['fromGemini, seven operators, each chunk', 'pipeline', 1],
];

/** Rows of `{ what, cpu, wall, ofRxjs, target }` in ms; an import is beyond that of rxjs. */
export function firstReply({ rounds = 7 } = {}) {
  const imports = Object.fromEntries(entries.map((entry) => [entry, []]));
  const replies = Object.fromEntries(ways.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) imports[entry].push(runClient('importClient.mjs', entry));
    for (const [name, file, maxChunks] of ways) {
      replies[name].push(runClient('replyClient.mjs', `./replies/${file}.mjs`, chunks, maxChunks, 'cold'));
    }
  }
  const [main] = entries;
  const rxjs = (figure) => median(imports[main].map((run) => run.rxjs[figure]));
  return [
    { what: "import 'rxjs'", cpu: rxjs('cpu'), wall: rxjs('wall') },
    ...entries.map((entry) => {
      const [cpu, wall] = ['cpu', 'wall'].map((figure) => median(imports[entry].map((run) => run.library[figure])));
      const ofRxjs = median(imports[entry].map((run) => run.library.wall / run.rxjs.wall));
      return {
        what: `import '${entry}', after rxjs`,
        cpu,
        wall,
        ofRxjs,
        target: entry === main ? importTarget(wall) : '',
      };
    }),
    ...ways.map(([name, file]) => {
      const [cpu, wall] = ['cpu', 'wall'].map(
        (figure) => (median(replies[name].map((run) => run[figure])) * chunks) / 1000,
      );
      return {
        what: `the first ${chunks} chunks: ${name}`,
        cpu,
        wall,
        target: file === 'pipeline' ? replyTarget(cpu) : '',
      };
    }),
  ];
}

const importTarget = (ms) => atMost(10, ms, 'ms', 'the engine reads twice the code of 0.1.0, for which it was set');
const replyTarget = (ms) => atMost(isBefore22 ? 15 : 17, ms, 'ms of CPU');
