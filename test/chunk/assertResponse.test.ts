import { describe, expect, it } from 'vitest';
import { assertIndex, assertResponse } from '../../src/chunk/assertResponse.js';

describe('assertResponse', () => {
  it('accepts objects, whatever their fields', () => {
    for (const response of [{}, { text: '' }, Object.create(null), Object.create({ text: '' })]) {
      expect(() => assertResponse(response)).not.toThrow();
    }
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['text', 'string'],
    [[], 'an array'],
    [new Map(), 'a Map'],
    [Promise.resolve(), 'a Promise'],
  ])('refuses %o, and says what it is', (value, shape) => {
    expect(() => assertResponse(value)).toThrow(
      new TypeError(`Expected \`response\` to be a response object of Gemini, got ${shape}`),
    );
  });
});

describe('assertIndex', () => {
  it('accepts whole numbers from 0 on', () => {
    for (const index of [0, 1, 100]) expect(() => assertIndex(index)).not.toThrow();
  });

  it.each([
    [-1, '-1'],
    [0.5, '0.5'],
    [NaN, 'NaN'],
    ['0', 'string'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[], 'an array'],
    [{}, 'an object'],
    [new Set(), 'a Set'],
  ])('refuses %o, and says what it is', (index, shape) => {
    expect(() => assertIndex(index)).toThrow(
      new TypeError(`Expected \`index\` to be the index of a candidate, got ${shape}`),
    );
  });
});
