import { expect, it } from 'vitest';
import { isCatchUp, markCatchUp } from '../../src/chunk/catchUp.js';
import { chunk } from '../../src/testing/chunks.js';

it('markCatchUp marks the chunk itself, and no equal chunk', () => {
  const merged = chunk('a');
  expect(isCatchUp(merged)).toBe(false);
  expect(markCatchUp(merged)).toBe(merged);
  expect(isCatchUp(merged)).toBe(true);
  expect(isCatchUp(chunk('a'))).toBe(false);
});
