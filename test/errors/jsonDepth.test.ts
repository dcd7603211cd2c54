import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTextTooDeep, isValueTooDeep, maxJsonDepth, toBoundedJson } from '../../src/errors/jsonDepth.js';

/** The depth of small data. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Lists within lists; the innermost one is empty. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

describe('isTextTooDeep', () => {
  it('measures any JSON, also with brackets, quotes and backslashes in strings', () => {
    const text = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a', ',') });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        text,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 6 }), (data, limit) => {
        expect(isTextTooDeep(JSON.stringify(data), limit)).toBe(depthOf(data) > limit);
        expect(isTextTooDeep(JSON.stringify(data, null, 2), limit)).toBe(depthOf(data) > limit);
      }),
    );
  });

  it('counts to the level', () => {
    const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect([maxJsonDepth, maxJsonDepth + 1, 100_000].map((depth) => isTextTooDeep(lists(depth)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(isTextTooDeep('[],'.repeat(100_000))).toBe(false);
  });

  it.each(['"', '\\', '"\\', '\\"', '"[', '[]', ']', '{', 'a'])('reads a text of %j once', (unit) => {
    let count = 0;
    const text = unit.repeat(50_000);
    const counted = new Proxy(Object(text) as object, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const found: unknown = Reflect.apply(value, text, args);
          // A search costs what it passes over.
          count += key === 'indexOf' ? (Number(found) < 0 ? text.length : Number(found)) - Number(args[1]) + 1 : 1;
          return found;
        };
      },
    }) as unknown as string;
    isTextTooDeep(counted);
    expect(count).toBeLessThanOrEqual(4 * text.length);
  });
});

describe('isValueTooDeep', () => {
  it('counts like the text', () => {
    for (const depth of [1, maxJsonDepth, maxJsonDepth + 1]) {
      expect(isValueTooDeep(nested(depth))).toBe(isTextTooDeep(JSON.stringify(nested(depth))));
    }
    expect(isValueTooDeep(nested(100_000))).toBe(true);
    expect([undefined, null, 'a', 1, new Uint8Array(10)].some(isValueTooDeep)).toBe(false);
  });

  it('ends for a circular value', () => {
    const ring: Record<string, unknown> = {};
    ring['a'] = { b: ring, c: [ring, ring] };
    expect(isValueTooDeep(ring)).toBe(false);
  });
});

describe('toBoundedJson', () => {
  it('names the depth of a value that is nested too deep, and rethrows any other failure', () => {
    expect(toBoundedJson(nested(maxJsonDepth), 'A chunk')).toContain('[]');
    const failure = {
      kind: 'overflow',
      limit: 'depth',
      message: 'A chunk is nested deeper than 1000 levels, the limit',
    };
    expect(() => toBoundedJson(nested(100_000), 'A chunk')).toThrow(expect.objectContaining(failure));
    expect(() => toBoundedJson(1n, 'A chunk')).toThrow(TypeError);
  });
});
