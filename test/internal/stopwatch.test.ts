import { afterEach, describe, expect, it, vi } from 'vitest';
import { stopwatch } from '../../src/internal/stopwatch.js';
import { marbles } from '../support/marbles.js';

afterEach(() => {
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

  it('does not go back when the clock is set back', () => {
    vi.useFakeTimers({ now: 5_000 });
    const elapsed = stopwatch();
    vi.setSystemTime(5_400);
    expect(elapsed()).toBe(400);
    vi.setSystemTime(1_000);
    expect(elapsed()).toBe(400);
  });
});
