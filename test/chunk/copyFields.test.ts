import { expect, it } from 'vitest';
import { setField } from '../../src/chunk/copyFields.js';

it.each(['a', '__proto__'])('setField sets %s as a field like any other', (field) => {
  const target = {};
  setField(target, field, 1);
  expect(Object.getOwnPropertyDescriptor(target, field)).toEqual({
    value: 1,
    writable: true,
    enumerable: true,
    configurable: true,
  });
});
