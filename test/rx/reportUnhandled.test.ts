import { config } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { reportUnhandled } from '../../src/rx/reportUnhandled.js';

afterEach(() => {
  config.onUnhandledError = null;
  vi.useRealTimers();
});

describe('reportUnhandled', () => {
  it('calls the hook of rxjs with the error, in a later task', () => {
    vi.useFakeTimers();
    const seen: unknown[] = [];
    config.onUnhandledError = (cause) => seen.push(cause);
    reportUnhandled('lost');
    expect(seen).toEqual([]);
    vi.runAllTimers();
    expect(seen).toEqual(['lost']);
  });

  it('throws the error in a later task without a hook', () => {
    vi.useFakeTimers();
    reportUnhandled(new Error('lost'));
    expect(() => vi.runAllTimers()).toThrow('lost');
  });
});
