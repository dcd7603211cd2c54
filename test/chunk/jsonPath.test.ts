import { describe, expect, it } from 'vitest';
import { parseJsonPath } from '../../src/chunk/jsonPath.js';

describe('parseJsonPath', () => {
  it.each([
    ['$.city', ['city']],
    ['$.days[0]', ['days', 0]],
    ['$.days[0].high', ['days', 0, 'high']],
    ['$[2][0]', [2, 0]],
    ["$['the name']", ['the name']],
    ['$["the name"].x', ['the name', 'x']],
    ["$['it\\'s']", ["it's"]],
    ['$["a\\"b"]', ['a"b']],
    ["$['a\\\\b']", ['a\\b']],
    ["$['\\u00e9\\n']", ['é\n']],
    ["$['']", ['']],
    ["$['0']", ['0']],
    ['$.__proto__.x', ['__proto__', 'x']],
    ['$.größe', ['größe']],
  ])('reads %s', (path, segments) => {
    expect(parseJsonPath(path, 10)).toEqual(segments);
  });

  it('reads 990 segments, and no more', () => {
    expect(parseJsonPath(`$${'.a'.repeat(990)}`, 0)).toHaveLength(990);
    expect(parseJsonPath(`$${'.a'.repeat(991)}`, 0)).toBeUndefined();
  });

  it.each(['x.city', '', '$', 'city', '.city', '$city', '$.', '$..city', '$.days[', '$.days[-1]', '$.days[*]', "$['x"])(
    'refuses %j, which is not the path of a single place',
    (path) => {
      expect(parseJsonPath(path, 10)).toBeUndefined();
    },
  );

  it('refuses an index beyond the limit', () => {
    expect(parseJsonPath('$.days[10]', 10)).toEqual(['days', 10]);
    expect(parseJsonPath('$.days[11]', 10)).toBeUndefined();
  });
});
