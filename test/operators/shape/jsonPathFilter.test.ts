import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonBuilder } from '../../../operators/shape/jsonBuilder.js';
import { JsonPathFilter } from '../../../operators/shape/jsonPathFilter.js';
import { JsonReader } from '../../../operators/shape/jsonReader.js';
import { parsePathPattern, parseSingularPath, wildcard, type PathStep } from '../../../operators/shape/pathPattern.js';
import { expectSameData } from '../../support/sameData.js';

/** The values at a path, in the order of the text, from a walk through the whole value. */
function walk(value: unknown, [step, ...rest]: readonly PathStep[]): unknown[] {
  if (step === undefined) return [value];
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => (step === wildcard || step === index ? walk(element, rest) : []));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    step === wildcard || step === name ? walk(member, rest) : [],
  );
}

const name = fc.constantFrom('a', 'b', '', 'constructor');
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(1, true, null, '', 'text'),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('json')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const step: fc.Arbitrary<PathStep> = fc.oneof(name, fc.nat(2), fc.constant(wildcard as PathStep));

describe('JsonPathFilter', () => {
  it('finds the values that a search of the whole value finds, and does not hold them', () => {
    fc.assert(
      fc.property(json, fc.array(step, { maxLength: 4 }), (value, path) => {
        const found = new JsonBuilder();
        const reader = new JsonReader(new JsonPathFilter(path, found), 100);
        const values = [...JSON.stringify(value)].flatMap((character) => {
          reader.write(character);
          return found.take();
        });
        reader.end();
        expectSameData([...values, ...found.take()], walk(value, path));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parsePathPattern', () => {
  it.each<[string, readonly PathStep[]]>([
    ['$', []],
    ['$.items[*].name', ['items', wildcard, 'name']],
    ['$.*', [wildcard]],
    ['$.*.*[0]', [wildcard, wildcard, 0]],
    ["$['a.b'][\"c d\"]['[*]']['.*']", ['a.b', 'c d', '[*]', '.*']],
    ["$['it\\'s']", ["it's"]],
    ['$.a*', ['a*']],
  ])('reads %s', (path, steps) => {
    expect(parsePathPattern(path)).toEqual(steps);
  });

  it.each(['', 'items', '$items', '$..name', '$.', '$[', '$[]', '$[-1]', '$[?@.a]', '$[0:2]', '$.items[*', '$[a]'])(
    'refuses %j',
    (path) => {
      expect(() => parsePathPattern(path)).toThrow(
        new RangeError(
          `Expected \`path\` to be a JSON path of names, indices and wildcards ($.items[*].name), got '${path}'`,
        ),
      );
    },
  );

  it('refuses a path that is not a string, and wildcards in a path to one value', () => {
    expect(() => parsePathPattern(1 as unknown as string)).toThrow(
      new TypeError('Expected `path` to be a JSON path, got 1'),
    );
    expect(() => parseSingularPath('$.items[*]')).toThrow(
      new RangeError("Expected `path` to be a JSON path to one value, without wildcards, got '$.items[*]'"),
    );
    expect(parseSingularPath('$.items[0]')).toEqual(['items', 0]);
  });
});
