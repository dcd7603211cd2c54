import { describe, expect, it } from 'vitest';
import { ArrivalRate } from '../../../operators/show/arrivalRate.js';

/** The rate after bursts, each with an amount and the time since the previous burst. */
function rateOf(longestGap: number, ...bursts: readonly (readonly [gap: number, amount: number])[]): number {
  const rate = new ArrivalRate(longestGap);
  let now = 1_000;
  for (const [gap, amount] of bursts) rate.add(amount, (now += gap));
  return rate.perMs;
}

describe('ArrivalRate', () => {
  it('is 0 until a second burst arrives', () => {
    expect(rateOf(400)).toBe(0);
    expect(rateOf(400, [0, 100])).toBe(0);
    expect(rateOf(400, [0, 50], [0, 50], [15, 50])).toBe(0);
  });

  it('counts the amount of a burst for the time to the next', () => {
    expect(rateOf(400, [0, 100], [200, 9_999])).toBeCloseTo(0.5);
    expect(rateOf(400, [0, 100], [300, 50], [150, 100], [300, 1])).toBeCloseTo(1 / 3);
  });

  it('counts arrivals within 16 ms as one burst', () => {
    expect(rateOf(400, [0, 40], [10, 60], [190, 1])).toBeCloseTo(0.5);
  });

  it('counts a burst after 16 ms, and one after the longest gap', () => {
    expect(rateOf(400, [0, 100], [16, 1])).toBeCloseTo(100 / 200);
    expect(rateOf(400, [0, 100], [400, 1])).toBeCloseTo(100 / 400);
    expect(rateOf(400, [0, 100], [401, 1])).toBe(0);
  });

  it('reads low after a short time', () => {
    expect(rateOf(400, [0, 100], [20, 1])).toBeCloseTo(100 / 200);
  });

  it('weights the latest bursts most', () => {
    const slowly = Array.from({ length: 20 }, () => [100, 10] as const);
    const fast = Array.from({ length: 20 }, () => [100, 100] as const);
    expect(rateOf(400, ...slowly, ...fast)).toBeGreaterThan(0.7);
    expect(rateOf(400, ...fast, ...slowly)).toBeLessThan(0.4);
  });

  it('ignores pauses', () => {
    const steady = Array.from({ length: 20 }, () => [100, 10] as const);
    expect(rateOf(400, ...steady, [60_000, 10], ...steady)).toBeCloseTo(0.1);
  });
});
