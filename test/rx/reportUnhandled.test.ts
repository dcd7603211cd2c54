import { config } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { reportUnhandled } from '../../src/rx/reportUnhandled.js';

afterEach(() => {
  config.onUnhandledError = null;
  vi.useRealTimers();
});

describe('reportUnhandled', () => {
  it('hands the error to the hook of rxjs, in a later task', () => {
    vi.useFakeTimers();
    const seen: unknown[] = [];
    config.onUnhandledError = (cause) => seen.push(cause);
    reportUnhandled('lost');
    expect(seen).toEqual([]);
    vi.runAllTimers();
    expect(seen).toEqual(['lost']);
  });

  it('throws it in a later task where there is no hook', () => {
    vi.useFakeTimers();
    reportUnhandled(new Error('lost'));
    expect(() => vi.runAllTimers()).toThrow('lost');
  });
});
