import { describe, expect, it } from 'vitest';
import { isObject } from '../../src/rx/isObject.js';

describe('isObject', () => {
  it.each([[{}], [{ a: 1 }], [Object.create(null)], [new Error('failed')]])('accepts %o', (value) => {
    expect(isObject(value)).toBe(true);
  });

  it.each([[null], [undefined], [[]], ['text'], [1], [() => undefined]])('rejects %o', (value) => {
    expect(isObject(value)).toBe(false);
  });
});
