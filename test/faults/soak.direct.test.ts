import { GoogleGenAI } from '@google/genai';
import fc from 'fast-check';
import { getEventListeners, setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator } from '../../src/emulator/startEmulator.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { params } from '../support/emulate.js';
import { complaints, nightly, turns } from './support.js';

const chunks = ['one ', 'two ', 'three ', 'four'];

const failures: readonly EmulatorScenario[] = [
  { chunks, dropAfter: { chunks: 2 } },
  { chunks, dropAfter: { bytes: 700 } },
  { chunks, errorAfter: { chunks: 3 } },
  { chunks, garbageAfter: { chunks: 1 } },
  { status: 503 },
];

const { numRuns, time } = nightly(5_000);

/** The number of replies at once. */
const width = 50;
/** The number of heap measurements; the first ones are of code that is still being compiled. */
const measures = 20;
const warmUp = 8;
/** The most that a reply may seem to leave behind, in bytes: the engine and `fetch` keep a little for good. */
const maxGrowth = 500;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The reachable heap, in bytes. */
async function heapUsed(): Promise<number> {
  // Finalizers run after a collection, and let go of more.
  for (let pass = 0; pass < 3; pass++) {
    collectGarbage();
    await turns(3);
  }
  return process.memoryUsage().heapUsed;
}

/** The bytes that are left per reply: the median of the slopes between any two measures, which a stray one does not move. */
function growth(heaps: readonly number[], replies: number): number {
  const slopes = heaps.flatMap((later, at) =>
    heaps.slice(0, at).map((earlier, from) => (later - earlier) / (at - from)),
  );
  return slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)]! / replies;
}

function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(?:Timeout|Immediate|TCP)/.test(name))
    .sort();
}

it(
  'leaves no heap, exchange, socket, timer, listener or warning after many replies, of which a third is cancelled and a third fails',
  async () => {
    const heard = complaints();
    const before = handles();
    const emulator = await startEmulator({
      history: 2 * width,
      reply: ({ index, prompt }) => (prompt === 'fail' ? failures[index % failures.length]! : { chunks, pace: 1 }),
    });
    onTestFinished(() => emulator.close());
    const ai = new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl: emulator.url } });
    // One for all, so that leftover listeners would add up.
    const { signal: abortSignal } = new AbortController();
    setMaxListeners(width, abortSignal);
    const moments = fc.sample(fc.nat({ max: 30 }), { numRuns: 1_000, seed: 1 });
    const ends = { complete: 0, error: 0, left: 0 };

    const ask = (index: number) =>
      new Promise<void>((resolve) => {
        const contents = index % 3 === 1 ? 'fail' : 'answer';
        let end: keyof typeof ends = 'left';
        const subscription = fromGemini(ai, { ...params, contents, config: { abortSignal } })
          .pipe(classifyErrors())
          .subscribe({
            error: () => (end = 'error'),
            complete: () => (end = 'complete'),
          });
        subscription.add(() => {
          ends[end]++;
          resolve();
        });
        if (index % 3 === 2) void turns(moments[index % 1_000]!).then(() => subscription.unsubscribe());
      });

    const heaps: number[] = [];
    const batches = Math.ceil(numRuns / width / measures) * measures;
    for (let batch = 0; batch < batches; batch++) {
      await Promise.all(Array.from({ length: width }, (_, place) => ask(batch * width + place)));
      if ((batch + 1) % (batches / measures) === 0) heaps.push(await heapUsed());
    }
    const replies = batches * width;

    await Promise.all(emulator.requests.map((request) => request.closed));
    await turns(2);
    expect(ends.error).toBe(Math.floor((replies + 1) / 3));
    expect(ends.left).toBeGreaterThan(0);
    expect(ends.complete).toBeGreaterThanOrEqual(Math.floor(replies / 3));
    expect(getEventListeners(abortSignal, 'abort')).toHaveLength(0);
    // `fetch` keeps some for the next request, and some are just being closed; not one for each reply that was left.
    expect(emulator.connections).toBeLessThanOrEqual(2 * width);
    expect(growth(heaps.slice(warmUp), replies / measures)).toBeLessThan(maxGrowth);
    await emulator.close();
    // The test runner has a timer, and not always the same. Sockets that are closed take a few turns to be gone; one that
    // stays keeps the test from its end.
    while (handles().length > before.length) await turns(1);
    expect(heard).toEqual([]);
  },
  // On a busy machine sockets are slow.
  6 * time,
);
