import { describe, expect, it } from 'vitest';
import { RateWindow } from '../../../operators/protect/rateWindow.js';

/** A window and a clock that the test sets. */
function windowOf(requests: number, tokens: number) {
  let time = 0;
  const window = new RateWindow(requests, tokens, () => time);
  return { window, setTime: (ms: number) => (time = ms) };
}

describe('RateWindow', () => {
  it('lets a number of requests begin in a minute, each a minute after the one that it replaces', () => {
    const { window, setTime } = windowOf(2, Infinity);
    window.count(0);
    setTime(10_000);
    window.count(0);
    expect([window.waitFor(0), window.waitFor(0, 2), window.waitFor(0, 3)]).toEqual([50_000, 60_000, Infinity]);
    setTime(59_999);
    expect(window.waitFor(0)).toBe(1);
    setTime(60_000);
    expect([window.waitFor(0), window.waitFor(0, 2)]).toEqual([0, 10_000]);
  });

  it('lets a number of tokens begin in a minute, and never more at once', () => {
    const { window, setTime } = windowOf(Infinity, 100);
    window.count(40);
    setTime(10_000);
    window.count(50);
    expect(window.waitFor(10)).toBe(0);
    expect([window.waitFor(11), window.waitFor(50)]).toEqual([50_000, 50_000]);
    expect([window.waitFor(51), window.waitFor(100)]).toEqual([60_000, 60_000]);
    expect(window.waitFor(101)).toBe(Infinity);
    setTime(60_000);
    expect([window.waitFor(50), window.waitFor(51)]).toEqual([0, 10_000]);
    setTime(70_000);
    expect(window.waitFor(100)).toBe(0);
  });

  it('replaces the estimate of a request that still counts, and of no other', () => {
    const { window, setTime } = windowOf(Infinity, 100);
    const first = window.count(50);
    const second = window.count(50);
    window.settle(first, 20);
    expect([window.waitFor(30), window.waitFor(31)]).toEqual([0, 60_000]);
    setTime(60_000);
    expect(window.waitFor(100)).toBe(0);
    window.settle(second, 90);
    expect(window.waitFor(100)).toBe(0);
    const third = window.count(10);
    window.settle(second, 80);
    window.settle(third, 30);
    expect([window.waitFor(70), window.waitFor(71)]).toEqual([0, 60_000]);
  });

  it('is paused up to the latest time of all pauses', () => {
    const { window, setTime } = windowOf(1, Infinity);
    window.pause(5_000);
    window.pause(1_000);
    expect(window.waitFor(0)).toBe(5_000);
    setTime(5_000);
    expect(window.waitFor(0)).toBe(0);
  });

  it('is empty a minute after its last request', () => {
    const { window, setTime } = windowOf(2, Infinity);
    expect(window.waitUntilEmpty()).toBe(0);
    window.count(0);
    setTime(20_000);
    window.count(0);
    expect(window.waitUntilEmpty()).toBe(60_000);
    setTime(90_000);
    expect(window.waitUntilEmpty()).toBe(0);
  });

  it('logs no request without a limit', () => {
    const { window } = windowOf(Infinity, Infinity);
    window.count(1_000);
    expect([window.waitUntilEmpty(), window.waitFor(1e9, 1e9)]).toEqual([0, 0]);
  });

  it('frees the tokens that the server reported, not the estimate', () => {
    const { window, setTime } = windowOf(Infinity, 100);
    window.settle(window.count(10), 500);
    expect(window.waitFor(0)).toBe(60_000);
    setTime(60_000);
    expect([window.waitFor(100), window.waitFor(101)]).toEqual([0, Infinity]);
    window.count(60);
    expect([window.waitFor(40), window.waitFor(41)]).toEqual([0, 60_000]);
  });

  it('counts right over thousands of requests, more than it forgets at once', () => {
    const { window, setTime } = windowOf(3_000, Infinity);
    for (let request = 0; request < 9_000; request++) {
      setTime(request * 20);
      expect(window.waitFor(0)).toBe(0);
      window.count(0);
    }
    expect(window.waitFor(0, 2)).toBe(40);
    expect(window.waitFor(0, 3_000)).toBe(60_000);
  });
});
