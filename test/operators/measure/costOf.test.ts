import fc from 'fast-check';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { costOf } from '../../../operators/measure/costOf.js';
import type { PricePerMillion } from '../../../operators/measure/pricePerMillion.js';
import { withCost } from '../../../operators/measure/withCost.js';
import type { ReplyCost } from '../../../src/chunk/annotations.js';
import type { GeminiUsage } from '../../../src/chunk/response.js';
import { usageChunk } from '../../../src/testing/chunks.js';

const prices: PricePerMillion = { input: 0.3, output: 2.5, cached: 0.03, thoughts: 3 };
const nothing: ReplyCost = { input: 0, cached: 0, output: 0, thoughts: 0, total: 0, estimated: true };

/** A price with at most four digits after the point, and its ten-thousandths. */
const aPrice = fc.integer({ min: 0, max: 1_000_000 }).map((units) => ({ price: units / 10_000, units: BigInt(units) }));
const aCount = fc.nat({ max: 20_000_000 });

/** An exact product, in units of 10^-10, as a decimal number. */
const decimal = (units: bigint): number => Number(`${units}e-10`);

describe('costOf', () => {
  it('counts each kind of token once, at its price', () => {
    const usage = {
      promptTokenCount: 1000,
      cachedContentTokenCount: 400,
      toolUsePromptTokenCount: 100,
      candidatesTokenCount: 200,
      thoughtsTokenCount: 50,
      totalTokenCount: 1350,
    };
    expect(costOf(usage, prices)).toEqual({
      input: 0.00021,
      cached: 0.000012,
      output: 0.0005,
      thoughts: 0.00015,
      total: 0.000872,
      estimated: false,
    });
  });

  it.each<[string, GeminiUsage | undefined]>([
    ['absent counts', undefined],
    ['no counts', {}],
    ['the sum alone', { totalTokenCount: 100 }],
    ['counts that are not numbers', { promptTokenCount: NaN, candidatesTokenCount: '7' as never }],
    ['counts that no reply has', { promptTokenCount: -1, thoughtsTokenCount: Infinity, candidatesTokenCount: -5 }],
  ])('is nothing, and estimated, for %s', (_, usage) => {
    expect(costOf(usage, prices)).toEqual(nothing);
  });

  it('has no discount for more cached tokens than the prompt has', () => {
    const usage = { promptTokenCount: 10, cachedContentTokenCount: 100, toolUsePromptTokenCount: 1 };
    expect(costOf(usage, { input: 1, output: 1, cached: 0.1 })).toMatchObject({ input: 0.000001, cached: 0.00001 });
  });

  it('counts cached tokens as input, and thoughts as output, without their own prices', () => {
    const usage = { promptTokenCount: 10, cachedContentTokenCount: 4, thoughtsTokenCount: 5 };
    expect(costOf(usage, { input: 1, output: 2 })).toMatchObject({ cached: 0.000004, thoughts: 0.00001 });
  });

  it('is free for prices of 0', () => {
    const usage = { promptTokenCount: 10, candidatesTokenCount: 5 };
    expect(costOf(usage, { input: 0, output: 0 })).toEqual({ ...nothing, estimated: false });
  });

  it('reads without the noise of floating-point numbers', () => {
    const usage = { promptTokenCount: 3_000_000, candidatesTokenCount: 1_000_000 };
    const { input, total } = costOf(usage, { input: 0.1, output: 0.6 });
    expect([input, total]).toEqual([0.3, 0.9]);
  });

  it('is a number for any price', () => {
    for (const price of [Number.MIN_VALUE, 1e-300, 1e300]) {
      const { total } = costOf({ promptTokenCount: 1_000_000 }, { input: price, output: 0 });
      expect(total / price).toBeCloseTo(price < 1e-308 ? 0 : 1, 5);
    }
  });

  it('is the exact decimal product, and its total the exact sum', () => {
    fc.assert(
      fc.property(aPrice, aPrice, aPrice, aCount, aCount, aCount, (input, output, cached, prompt, answer, inCache) => {
        const usage = {
          promptTokenCount: prompt + inCache,
          cachedContentTokenCount: inCache,
          candidatesTokenCount: answer,
        };
        const cost = costOf(usage, { input: input.price, output: output.price, cached: cached.price });
        const parts = [BigInt(prompt) * input.units, BigInt(inCache) * cached.units, BigInt(answer) * output.units];
        expect([cost.input, cost.cached, cost.output]).toEqual(parts.map(decimal));
        expect(cost.total).toBe(decimal(parts.reduce((sum, part) => sum + part)));
      }),
    );
  });

  it('equals the cost that `withCost` adds at the last report', async () => {
    const usage = {
      promptTokenCount: 17,
      cachedContentTokenCount: 5,
      thoughtsTokenCount: 11,
      candidatesTokenCount: 29,
    };
    const { cost } = await lastValueFrom(from([usageChunk(usage)]).pipe(withCost({ pricePerMillion: prices })));
    expect(costOf(usage, prices)).toEqual(cost);
  });

  it('names the price that is wrong', () => {
    expect(() => costOf({}, { input: 1 } as never)).toThrow(TypeError);
    expect(() => costOf({}, { input: 1, output: -1 })).toThrow('Expected `prices.output` to be a non-negative number');
    expect(() => costOf([] as never, prices)).toThrow('Expected `usage` to be the token counts of a reply');
  });

  it('has the type of `cost`', () => {
    expectTypeOf(costOf({}, prices)).toEqualTypeOf<ReplyCost>();
  });
});
