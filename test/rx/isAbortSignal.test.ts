import { describe, expect, it } from 'vitest';
import { isAbortSignal } from '../../src/rx/isAbortSignal.js';

describe('isAbortSignal', () => {
  const polyfill = { aborted: false, addEventListener: () => undefined };

  it.each([new AbortController().signal, AbortSignal.abort(), polyfill])('accepts %o', (value) => {
    expect(isAbortSignal(value)).toBe(true);
  });

  it.each([undefined, null, 'aborted', {}, new AbortController(), new EventTarget(), { aborted: true }])(
    'rejects %o',
    (value) => {
      expect(isAbortSignal(value)).toBe(false);
    },
  );
});
