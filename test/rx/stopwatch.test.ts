import { afterEach, describe, expect, it, vi } from 'vitest';
import { lastingClock } from '../../src/rx/clock.js';
import { stopwatch } from '../../src/rx/stopwatch.js';
import { marbles } from '../support/marbles.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('stopwatch', () => {
  it(
    'counts virtual time',
    marbles((m) => {
      const elapsed = stopwatch();
      m.cold('---(a|)').subscribe({
        complete() {
          expect(elapsed()).toBe(3);
        },
      });
    }),
  );

  it('is not changed by setting the system clock back or forward', () => {
    vi.useFakeTimers();
    const elapsed = stopwatch();
    for (const jump of [0, -3_600_000, 3_600_000, 1]) {
      vi.setSystemTime(Date.now() + jump);
      vi.advanceTimersByTime(100);
    }
    expect(elapsed()).toBe(400);
  });

  it('with a lasting clock, continues with real time when virtual time begins and ends meanwhile', () => {
    vi.useFakeTimers();
    const elapsed = stopwatch(lastingClock());
    vi.advanceTimersByTime(7);
    expect(elapsed()).toBe(7);
    marbles((m) => {
      expect(elapsed()).toBe(7);
      m.cold('---(a|)').subscribe({ complete: () => expect(elapsed()).toBe(10) });
    })();
    expect(elapsed()).toBe(10);
    vi.advanceTimersByTime(5);
    expect(elapsed()).toBe(15);
  });

  it('recognises virtual time at 0 too', () => {
    vi.useFakeTimers({ now: 0 });
    marbles((m) => {
      const elapsed = stopwatch();
      m.cold('---(a|)').subscribe({ complete: () => expect(elapsed()).toBe(3) });
    })();
  });

  it('counts the time of a timer that exceeds the time of the clock', () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval'] });
    const elapsed = stopwatch();
    expect(elapsed(100)).toBe(100);
    expect(elapsed(50)).toBe(100);
  });

  it('uses the clock of rxjs without another clock', () => {
    vi.useFakeTimers();
    vi.stubGlobal('performance', undefined);
    const elapsed = stopwatch();
    vi.advanceTimersByTime(30);
    expect(elapsed()).toBe(30);
    vi.setSystemTime(Date.now() - 1_000);
    expect(elapsed()).toBe(30);
    vi.advanceTimersByTime(30);
    expect(elapsed()).toBe(60);
  });
});
