// What each operator costs a chunk, over a source that emits synchronously: ns, less the cost of the source.
import { from, lastValueFrom, NEVER, tap } from 'rxjs';
import * as library from 'rxjs-gemini';
import { chunk, finishChunk } from 'rxjs-gemini/testing';
import { median } from './median.mjs';

const count = 10_000;
const chunks = [
  ...Array.from({ length: count - 1 }, (_, index) =>
    chunk('twelve chars', { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: index * 3 } }),
  ),
  finishChunk(),
];

const operators = {
  'bufferChunks({ maxChunks: 10 })': () => library.bufferChunks({ maxChunks: 10 }),
  "bufferChunks({ until: 'sentence' })": () => library.bufferChunks({ until: 'sentence' }),
  'classifyErrors()': () => library.classifyErrors(),
  'retryTransient()': () => library.retryTransient(),
  'shareReply()': () => library.shareReply(),
  'takeUntilCancel(NEVER)': () => library.takeUntilCancel(NEVER),
  'timeoutReply({ first, each, total })': () => library.timeoutReply({ first: 1e6, each: 1e6, total: 1e6 }),
  'withMetrics()': () => library.withMetrics(),
  'withProgress()': () => library.withProgress(),
  'toText()': () => library.toText(),
  'accumulate()': () => library.accumulate(),
};

/** Rows of `{ operator, ns }`. */
export async function operatorCost() {
  const rows = [];
  for (const [operator, make] of Object.entries(operators)) {
    const runs = [];
    for (let round = 0; round < 15; round++) {
      const bare = await time(tap());
      runs.push(((await time(make())) - bare) / count);
    }
    // The first rounds are the compiler's.
    rows.push({ operator, ns: median(runs.slice(5)) });
  }
  return rows;
}

async function time(operator) {
  const reply$ = from(chunks).pipe(operator);
  const start = process.hrtime.bigint();
  await lastValueFrom(reply$, { defaultValue: undefined });
  return Number(process.hrtime.bigint() - start);
}
