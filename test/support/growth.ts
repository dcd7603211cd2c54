import { setTimeout as pause } from 'node:timers/promises';

/** Far above linear work at four times the size, with its noise, and below quadratic work. */
export const linear = 11;

/**
 * The factor by which the work takes longer for four times the size: about 4 if it is linear, 16 if it is quadratic. Both are
 * measured in turn, several times, and the shortest of each counts: other work of the machine only lengthens a time.
 */
export async function growth(size: number, work: (size: number) => unknown): Promise<number> {
  if (isMutated) {
    // Its time says nothing of the code; a little of the work shows whether it is still right.
    await work(Math.ceil(size / 50));
    return 4;
  }
  let [small, large, larger] = [Infinity, Infinity, Infinity];
  for (let round = 0; round < 2 || (round < 10 && large / small >= linear); round++) {
    small = Math.min(small, await timeOf(work, size));
    large = Math.min(large, await timeOf(work, 4 * size));
  }
  if (large / small < linear) return large / small;
  // Noise can last longer than ten short rounds, and an engine puts a text of more than 128 kB elsewhere, which takes ten
  // times as long as to read it. Work that is not linear grows beyond such a step, too, however often it is measured.
  const end = performance.now() + patience;
  do {
    large = Math.min(large, await timeOf(work, 4 * size));
    larger = Math.min(larger, await timeOf(work, 16 * size));
    await pause(20);
  } while (larger / large >= linear && performance.now() < end);
  return Math.min(large / small, larger / large);
}

async function timeOf(work: (size: number) => unknown, size: number): Promise<number> {
  const start = process.cpuUsage();
  // A short time says more of the clock than of the work.
  for (let times = 1; ; times++) {
    await work(size);
    const { user, system } = process.cpuUsage(start);
    if (user + system >= shortest || times === 1_000) return (user + system) / times;
  }
}

/** In µs. */
const shortest = 2_000;

/** The time for which work that looks superlinear is measured again, in ms. */
const patience = 3_000;

/** Whether Stryker runs the test, on code that it has instrumented. */
const isMutated = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;
