import { describe, expect, it } from 'vitest';
import { endsInHighSurrogate } from '../../src/chunk/surrogates.js';

describe('endsInHighSurrogate', () => {
  it('is true after the first half of a pair, and false after the whole pair or any other text', () => {
    const places = [0, 1, 2, 3, 4].filter((end) => endsInHighSurrogate('a😀b', end));
    expect(places).toEqual([2]);
    expect(['\ud83d', '\ude00', '', 'é'].map((text) => endsInHighSurrogate(text))).toEqual([true, false, false, false]);
  });
});
