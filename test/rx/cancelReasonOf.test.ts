import { expect, it } from 'vitest';
import { cancelReasonOf } from '../../src/rx/cancelReasonOf.js';

it('is a string as it is, the message of an error, else a word', () => {
  expect(cancelReasonOf('stop')).toBe('stop');
  expect(cancelReasonOf(new Error('too slow'))).toBe('too slow');
  expect(cancelReasonOf({ name: 'AbortError', message: 'stop' })).toBe('stop');
  for (const cause of ['', new Error(), { message: 'x' }, 42, null]) expect(cancelReasonOf(cause)).toBe('cancelled');
  expect(cancelReasonOf(undefined)).toBe('cancelled');
});
