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
  let [small, large] = [Infinity, Infinity];
  // Growth that is not linear stays in every round; noise does not, but may last for longer than ten short rounds: a compiler
  // or a garbage collector that works beside them, and the other worker of the suite.
  const end = performance.now() + patience;
  const measureAgain = (round: number) => large / small >= linear && (round < 10 || performance.now() < end);
  for (let round = 0; round < 2 || measureAgain(round); round++) {
    if (round >= 10) await pause(20);
    small = Math.min(small, await timeOf(work, size));
    large = Math.min(large, await timeOf(work, 4 * size));
  }
  return large / small;
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
