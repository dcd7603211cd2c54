import { expect, it } from 'vitest';
import { reasonOf } from '../../src/rx/reasonOf.js';

it('is a string as it is, the message of an error, else a word', () => {
  expect(reasonOf('stop')).toBe('stop');
  expect(reasonOf(new Error('too slow'))).toBe('too slow');
  expect(reasonOf({ name: 'AbortError', message: 'stop' })).toBe('stop');
  for (const cause of ['', new Error(), { message: 'x' }, 42, null]) expect(reasonOf(cause)).toBe('cancelled');
  expect(reasonOf(undefined)).toBe('cancelled');
});
