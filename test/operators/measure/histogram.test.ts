import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../operators/measure/histogram.js';

/** The nearest-rank quantile of all values. */
function exactQuantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

const share = fc.constantFrom(0.01, 0.5, 0.95, 1);
/** As many small values as large ones. */
const gap = fc.double({ min: 0, max: Math.log(2 ** 31), noNaN: true }).map(Math.exp);

describe('Histogram', () => {
  it('has quantiles within 5 % of the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(gap, fc.nat(5_000), fc.constant(0)), { minLength: 1, maxLength: 300 }),
        share,
        (values, q) => {
          const exact = exactQuantile(values, q);
          expect(Math.abs(histogramOf(values).quantile(q) - exact)).toBeLessThanOrEqual(0.05 * exact);
        },
      ),
    );
  });

  it('is less than 1 off below 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }), share, (values, q) => {
        expect(Math.abs(histogramOf(values).quantile(q) - exactQuantile(values, q))).toBeLessThan(1);
      }),
    );
  });

  it('is exact if all values are equal', () => {
    fc.assert(
      fc.property(gap, fc.integer({ min: 1, max: 9 }), share, (value, count, q) => {
        expect(histogramOf(Array<number>(count).fill(value)).quantile(q)).toBe(value);
      }),
    );
  });

  it('keeps its quantiles in order and below its exact maximum', () => {
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1 }), (values) => {
        const histogram = histogramOf(values);
        expect(histogram.max).toBe(Math.max(...values));
        expect(histogram.quantile(0.5)).toBeLessThanOrEqual(histogram.quantile(0.95));
        expect(histogram.quantile(0.95)).toBeLessThanOrEqual(histogram.max);
      }),
    );
  });

  it('is 0 without values, and accepts values beyond its last bucket', () => {
    expect(new Histogram().quantile(0.5)).toBe(0);
    expect(new Histogram().max).toBe(0);
    expect(histogramOf([1e15, 1e15]).quantile(0.5)).toBe(1e15);
  });
});
