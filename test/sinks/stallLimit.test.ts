import { EMPTY, NEVER } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { readMaxStall, stallLimit } from '../../src/sinks/stallLimit.js';
import { marbles } from '../support/marbles.js';

describe('stallLimit', () => {
  it(
    'waits `maxStall` at most',
    marbles((m) => {
      const limit = stallLimit({ maxStall: m.time('---|') });
      const drop = () => m.cold<never>('            -|');
      m.expectObservable(limit(m.cold<never>('--|'), drop)).toBe('--|');
      m.expectObservable(limit(m.cold<never>('-----|'), drop)).toBe('----|');
    }),
  );

  it('leaves no timer', () => {
    vi.useFakeTimers();
    try {
      const limit = stallLimit({});
      limit(EMPTY, () => NEVER).subscribe();
      limit(NEVER, () => NEVER)
        .subscribe()
        .unsubscribe();
      stallLimit({ maxStall: false })(NEVER, () => EMPTY).subscribe();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('readMaxStall', () => {
  it('defaults to five minutes, and is Infinity for false', () => {
    expect([{}, { maxStall: undefined }, { maxStall: 5 }, { maxStall: false as const }].map(readMaxStall)).toEqual([
      300_000,
      300_000,
      5,
      Infinity,
    ]);
  });

  it.each([0, -1, NaN, Infinity, 2 ** 31, null, true, '5'])('throws for %o', (maxStall) => {
    expect(() => readMaxStall({ maxStall: maxStall as never })).toThrow(
      'Expected `maxStall` to be a positive number of ms',
    );
  });
});
