import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryAfterOf } from '../../src/errors/retryAfterOf.js';

const of = (retryAfter: string, date?: string) =>
  retryAfterOf(new Headers({ 'Retry-After': retryAfter, ...(date !== undefined && { Date: date }) }));

describe('retryAfterOf', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-11-28T12:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['1.5', 1_500],
    [' 7 ', 7_000],
    ['soon', undefined],
    ['-1', undefined],
    ['', undefined],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ])('reads seconds: %j', (value, expected) => {
    expect(of(value)).toBe(expected);
    expect(of(value, 'Fri, 27 Nov 2026 12:00:00 GMT')).toBe(expected);
  });

  it('measures a date against the `Date` of the response, for any local time', () => {
    const later = 'Sat, 28 Nov 2026 09:00:30 GMT';
    expect(of(later, 'Sat, 28 Nov 2026 09:00:00 GMT')).toBe(30_000);
    expect(of('Sun, 29 Nov 2026 09:00:30 GMT', 'Sun, 29 Nov 2026 09:00:00 GMT')).toBe(30_000);
    expect(of(later, later)).toBe(0);
    expect(of(later, 'Sat, 28 Nov 2026 09:01:00 GMT')).toBe(0);
  });

  it.each([undefined, '', 'yesterday'])('measures a date against the time here with the `Date` %j', (date) => {
    expect(of('Sat, 28 Nov 2026 12:00:30 GMT', date)).toBe(30_000);
    expect(of('Sat, 28 Nov 2026 11:00:00 GMT', date)).toBe(0);
  });

  it('reads all three forms of a date as GMT, in any local zone', () => {
    vi.stubEnv('TZ', 'America/New_York');
    try {
      const sent = 'Sat, 28 Nov 2026 09:00:00 GMT';
      expect(of('Sat Nov 28 09:00:30 2026', sent)).toBe(30_000);
      expect(of('Saturday, 28-Nov-26 09:00:30 GMT', sent)).toBe(30_000);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is undefined without the header', () => {
    expect(retryAfterOf(new Headers({ Date: 'Sat, 28 Nov 2026 09:00:00 GMT' }))).toBeUndefined();
  });
});
