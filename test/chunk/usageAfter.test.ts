import { describe, expect, it } from 'vitest';
import { usageAfter } from '../../src/chunk/usageAfter.js';

describe('usageAfter', () => {
  const usage = { promptTokenCount: 3, totalTokenCount: 3 };

  it('merges field by field: the later wins', () => {
    const next = { text: '', usageMetadata: { candidatesTokenCount: 2, totalTokenCount: 5 } };
    expect(usageAfter(usage, next)).toEqual({ promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 });
    expect(usage).toEqual({ promptTokenCount: 3, totalTokenCount: 3 });
  });

  it('returns the only report', () => {
    expect(usageAfter(undefined, { text: '', usageMetadata: usage })).toEqual(usage);
    expect(usageAfter(usage, { text: 'a' })).toBe(usage);
    expect(usageAfter(undefined, { text: 'a' })).toBeUndefined();
  });
});
