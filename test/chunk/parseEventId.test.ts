import { describe, expect, it } from 'vitest';
import { parseEventId } from '../../src/chunk/parseEventId.js';

describe('parseEventId', () => {
  it.each([
    ['0', 0],
    ['17', 17],
    ['999999999999999', 999_999_999_999_999],
  ])('reads %j', (id, index) => {
    expect(parseEventId(id)).toBe(index);
  });

  it.each([undefined, '', '-1', '1.5', ' 1', '1e3', 'a', '9999999999999999'])('refuses %j', (id) => {
    expect(parseEventId(id)).toBeUndefined();
  });
});
