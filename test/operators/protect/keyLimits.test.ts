import { describe, expect, it } from 'vitest';
import { KeyLimits } from '../../../operators/protect/keyLimits.js';

const limits = { requestsPerMinute: 3, tokensPerMinute: 100, concurrency: Infinity, maxQueued: 10 };
const keyWith = (changes: Partial<typeof limits> = {}) => new KeyLimits('a', { ...limits, ...changes }, () => 0);

describe('KeyLimits', () => {
  it('counts the places that are reserved like requests that have begun', () => {
    const key = keyWith();
    key.reserve(60);
    expect([key.waitForPlace(40), key.waitForPlace(41)]).toEqual([0, Infinity]);
    expect([key.queued, key.hasReserved]).toEqual([1, true]);
    key.begin(40);
    expect([key.waitForPlace(0), key.waitForPlace(1)]).toEqual([0, 60_000]);
    key.reserve(0);
    expect(key.waitForPlace(0)).toBe(60_000);
    key.release(0);
    key.release(60);
    expect([key.waitForPlace(60), key.waitForPlace(61)]).toEqual([0, 60_000]);
    expect([key.queued, key.hasReserved]).toEqual([0, false]);
  });

  it('is overbooked once its places exceed the tokens of a minute', () => {
    const key = keyWith();
    const begun = key.begin(10);
    key.reserve(60);
    key.reserve(30);
    expect(key.isOverbooked).toBe(false);
    key.window.settle(begun, 11);
    expect(key.isOverbooked).toBe(true);
    key.release(30);
    expect(key.isOverbooked).toBe(false);
  });

  it('is not overbooked without a place, even if a minute has no room', () => {
    const key = keyWith();
    key.window.settle(key.begin(10), 500);
    expect(key.isOverbooked).toBe(false);
    key.reserve(1);
    expect(key.isOverbooked).toBe(true);
  });

  it('counts each place as a request', () => {
    const key = keyWith({ requestsPerMinute: 2 });
    for (const tokens of [0, 0]) key.reserve(tokens);
    expect([key.isOverbooked, key.waitForPlace(0)]).toEqual([false, Infinity]);
    key.begin(0);
    expect(key.isOverbooked).toBe(true);
  });
});
