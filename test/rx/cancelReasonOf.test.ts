import { expect, it } from 'vitest';
import { cancelReasonOf } from '../../src/rx/cancelReasonOf.js';

it('returns a string unchanged, the message of an error, else `cancelled`', () => {
  expect(cancelReasonOf('stop')).toBe('stop');
  expect(cancelReasonOf(new Error('too slow'))).toBe('too slow');
  expect(cancelReasonOf({ name: 'AbortError', message: 'stop' })).toBe('stop');
  for (const cause of ['', new Error(), { message: 'x' }, 42, null]) expect(cancelReasonOf(cause)).toBe('cancelled');
  expect(cancelReasonOf(undefined)).toBe('cancelled');
});
