import { describe, expect, it } from 'vitest';
import { isPromiseLike } from '../../src/rx/isPromiseLike.js';

describe('isPromiseLike', () => {
  it.each([[Promise.resolve(1)], [{ then: () => undefined }]])('accepts %o', (value) => {
    expect(isPromiseLike(value)).toBe(true);
  });

  it.each([[null], [undefined], ['then'], [{}], [{ then: true }], [() => undefined]])('rejects %o', (value) => {
    expect(isPromiseLike(value)).toBe(false);
  });
});
