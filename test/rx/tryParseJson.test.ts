import { describe, expect, it } from 'vitest';
import { tryParseJson } from '../../src/rx/tryParseJson.js';

describe('tryParseJson', () => {
  it('parses JSON', () => {
    expect(tryParseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
    expect(tryParseJson('null')).toBeNull();
  });

  it.each(['', '{', 'undefined', "{'a':1}", '{}}'])('returns undefined for %j', (text) => {
    expect(tryParseJson(text)).toBeUndefined();
  });
});
