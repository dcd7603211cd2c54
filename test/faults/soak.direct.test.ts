import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { complaints, nightly, turns } from './support.js';

const chunks = ['one ', 'two ', 'three ', 'four'];

const failures: readonly EmulatorScenario[] = [
  { chunks, dropAfter: { chunks: 2 } },
  { chunks, dropAfter: { bytes: 700 } },
  { chunks, errorAfter: { chunks: 3 } },
  { chunks, garbageAfter: { chunks: 1 } },
  { status: 503 },
];

const { numRuns, time } = nightly(300);

it(
  'leaves no exchange, no timer and no complaint behind after many replies, of which a third is cancelled and a third fails',
  async () => {
    const heard = complaints();
    const { ai, emulator } = await emulate(({ index, prompt }) =>
      prompt === 'fail' ? failures[index % failures.length]! : { chunks, pace: 1 },
    );
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const moments = fc.sample(fc.nat({ max: 30 }), { numRuns, seed: 1 });
    const ends = { complete: 0, error: 0, left: 0 };

    const ask = (moment: number, index: number) =>
      new Promise<void>((resolve) => {
        const contents = index % 3 === 1 ? 'fail' : 'answer';
        let end: keyof typeof ends = 'left';
        const subscription = fromGemini(ai, { ...params, contents }).subscribe({
          error: () => (end = 'error'),
          complete: () => (end = 'complete'),
        });
        subscription.add(() => {
          ends[end]++;
          resolve();
        });
        if (index % 3 === 2) void turns(moment).then(() => subscription.unsubscribe());
      });
    for (let at = 0; at < numRuns; at += 30) {
      await Promise.all(moments.slice(at, at + 30).map((moment, index) => ask(moment, at + index)));
    }

    await Promise.all(emulator.requests.map((request) => request.closed));
    await turns(2);
    expect(ends.error).toBe(Math.floor((numRuns + 1) / 3));
    expect(ends.left).toBeGreaterThan(0);
    expect(ends.complete).toBeGreaterThanOrEqual(Math.floor(numRuns / 3));
    expect(timers()).toBeLessThanOrEqual(before);
    expect(heard).toEqual([]);
  },
  time,
);
