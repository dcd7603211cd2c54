import fc from 'fast-check';
import { Allow, parse } from 'partial-json';
import { describe, expect, it } from 'vitest';
import { isGeminiError } from '../../../src/errors/geminiError.js';
import { JsonBuilder } from '../../../operators/shape/jsonBuilder.js';
import { JsonReader } from '../../../operators/shape/jsonReader.js';
import { expectSameData } from '../../support/sameData.js';

/** The outcome of reading some pieces as one text. */
function read(pieces: readonly string[], maxDepth = 1_000): { value: unknown } | 'refused' {
  const json = new JsonBuilder();
  const reader = new JsonReader(json, maxDepth);
  try {
    for (const piece of pieces) {
      const rest = piece.slice(reader.write(piece));
      if (/[^ \t\r\n]/.test(rest)) return 'refused';
    }
    reader.end();
  } catch (cause) {
    if (isGeminiError(cause) && cause.kind === 'protocol') return 'refused';
    throw cause;
  }
  return reader.isDone ? { value: json.take()[0] } : 'refused';
}

function readWhole(text: string): { value: unknown } | 'refused' {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return 'refused';
  }
}

/** Cuts a text at some places, even inside surrogate pairs. */
function cutAt(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

/**
 * Without backslashes: after an object with the key `\\`, `JSON.parse` of Node 24 mistakes the key `\"` of an object with
 * the same keys before it for that key.
 */
const key = fc.oneof(
  fc.string({ maxLength: 4 }).filter((name) => !name.includes('\\')),
  fc.constantFrom('__proto__', 'constructor', '0', 'a b', '"', '👩‍🚀'),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('\ud83d', 'a\ude00', '😀', '"\\/\b\f\n\r\t')),
    fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const text = fc.tuple(json, fc.constantFrom('', ' ', '\t')).map(([value, space]) => JSON.stringify(value, null, space));
const places = fc.array(fc.nat(), { maxLength: 12 });

/** Texts that are nearly JSON: a JSON text, a place and a character to put there. */
const nearly = fc.tuple(
  text,
  fc.nat(),
  fc.constantFrom('', ',', ']', '}', '"', '\\', '\\u12', '-', '1', 'e', '.', '\n', 'nul', 'é'),
);

describe('JsonReader', () => {
  it('reads the texts that JSON.parse reads, for any cut', () => {
    fc.assert(
      fc.property(text, places, (whole, cuts) => {
        expectSameData(read(cutAt(whole, cuts)), readWhole(whole));
        expectSameData(read(whole.split('')), readWhole(whole));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses the texts that JSON.parse refuses', () => {
    fc.assert(
      fc.property(nearly, places, fc.boolean(), ([whole, place, piece], cuts, isInstead) => {
        const at = place % (whole.length + 1);
        const broken = whole.slice(0, at) + piece + whole.slice(isInstead ? at + 1 : at);
        expectSameData(read(cutAt(broken, cuts)), readWhole(broken));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '01',
    '-',
    '1.',
    '.5',
    '1e',
    '+1',
    '1e400',
    '-0',
    '-1e-400',
    '[1,]',
    '{"a":1,}',
    '{,}',
    '[,]',
    '{"a"}',
    '{1:2}',
    '{"only here\\\\":1}',
  ])('agrees with JSON.parse on %s', (whole) => {
    expectSameData(read([whole]), readWhole(whole));
    expectSameData(read(whole.split('')), readWhole(whole));
  });

  it.each([
    'tru',
    'truex',
    'nul',
    'NaN',
    'Infinity',
    "'a'",
    '"\\x"',
    '"\\u12g4"',
    '"\n"',
    '"\u0000"',
    ']',
    '}',
    '[}',
    '{]',
    '',
  ])('agrees with JSON.parse on %j', (whole) => {
    expectSameData(read([whole]), readWhole(whole));
    expectSameData(read(whole.split('')), readWhole(whole));
  });

  it('returns the later of two members with one name, and reads __proto__ as an ordinary name', () => {
    const whole = '{"a":1,"__proto__":{"polluted":true},"a":{"b":2}}';
    expectSameData(read([whole]), readWhole(whole));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('joins the halves of a surrogate pair that was cut, escaped or not, and keeps a lone surrogate', () => {
    expect(read(['"\\ud83d', '\\ude00"'])).toEqual({ value: '😀' });
    expect(read(['"\\ud8', '3d\\u', 'de00"'])).toEqual({ value: '😀' });
    expect(read(['"\ud83d', '\ude00"'])).toEqual({ value: '😀' });
    expect(read(['"\\ud83d', '\ude00"'])).toEqual({ value: '😀' });
    expect(read(['"\ud83d', '\ud83d', 'a"'])).toEqual({ value: '\ud83d\ud83da' });
  });

  it('fails with overflow beyond `maxDepth`, and reads a value of exactly that depth', () => {
    expect(read(['['.repeat(3) + ']'.repeat(3)], 3)).toEqual({ value: [[[]]] });
    expect(() => read(['[{"a":['], 2)).toThrow(expect.objectContaining({ kind: 'overflow', limit: 'depth' }) as Error);
    expect(read(['['.repeat(100_000), ']'.repeat(100_000)], Infinity)).not.toBe('refused');
  });

  it('names the expected token, its place and the received character', () => {
    const reader = new JsonReader(new JsonBuilder(), 9);
    reader.write('{"a":1');
    expect(() => reader.write(' "b"')).toThrow('The answer is not JSON: expected a comma or } at 7, got "\\""');
  });
});

describe('JsonBuilder', () => {
  it('has at each cut the value that partial-json returns for the text so far', () => {
    const nested = json.filter((value) => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(nested, (value) => {
        const whole = JSON.stringify(value);
        const builder = new JsonBuilder();
        const reader = new JsonReader(builder, 1_000);
        for (let end = 1; end < whole.length; end++) {
          reader.write(whole.charAt(end - 1));
          if (isComparable(whole.slice(0, end))) {
            const oracle: unknown = parse(whole.slice(0, end), Allow.STR | Allow.ARR | Allow.OBJ);
            expect(JSON.stringify(builder.snapshot().read())).toBe(JSON.stringify(oracle));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('does not change a snapshot when the value grows, even one that is read late', () => {
    fc.assert(
      fc.property(text, places, (whole, cuts) => {
        const builder = new JsonBuilder();
        const reader = new JsonReader(builder, 1_000);
        const shown = cutAt(whole, cuts).map((piece) => {
          reader.write(piece);
          return { at: structuredClone(builder.snapshot().read()), late: builder.snapshot() };
        });
        for (const { at, late } of shown) expectSameData(late.read(), at);
      }),
    );
  });

  it('copies the changed containers, and shares the whole ones', () => {
    const builder = new JsonBuilder();
    const reader = new JsonReader(builder, 9);
    interface Recipe {
      readonly steps: readonly { readonly text: string }[];
    }
    reader.write('{"steps":[{"text":"Chop"},{"text":"Fr');
    const before = builder.snapshot().read() as Recipe;
    reader.write('y');
    const after = builder.snapshot().read() as Recipe;
    expect(after).toEqual({ steps: [{ text: 'Chop' }, { text: 'Fry' }] });
    expect(after).not.toBe(before);
    expect(after.steps).not.toBe(before.steps);
    expect(after.steps[1]).not.toBe(before.steps[1]);
    expect(after.steps[0]).toBe(before.steps[0]);
  });
});

/**
 * Whether partial-json is comparable at this cut. By design it differs: it returns half a surrogate pair, shows numbers
 * and words as soon as they could be whole, trims an open string, and loses `__proto__`.
 */
function isComparable(beginning: string): boolean {
  const isHalf = /(?:[\ud800-\udbff]|\\ud[89ab][\da-f]{2}(?:\\(?:u[\da-f]{0,3})?)?)$/i.test(beginning);
  const isBare = /[\da-z]$/i.test(beginning.replace(/"(?:[^"\\]|\\.?)*(?:"|$)/gu, '""'));
  return !isHalf && !isBare && !/\s$/.test(beginning) && !beginning.includes('__proto__');
}
