import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleArgs } from '../../../src/chunk/assembleArgs.js';
import { appendPartialArgs } from '../../../src/chunk/joinParts.js';
import type { GeminiPartialArg } from '../../../src/chunk/response.js';
import { ArgsText } from '../../../src/sinks/formats/argsText.js';

type Args = Readonly<Record<string, unknown>>;

/** The text of the pieces, each appended alone, and the arguments that they spell. */
function write(pieces: readonly GeminiPartialArg[], initial?: Args): { text: string; args: Args } {
  const joined: GeminiPartialArg[] = [];
  appendPartialArgs(joined, pieces);
  const args = assembleArgs(joined, initial);
  const writer = new ArgsText(initial);
  return { text: pieces.map((piece) => writer.append([piece])).join('') + writer.end(args), args };
}

describe('ArgsText', () => {
  it('grows with each piece', () => {
    const writer = new ArgsText();
    const texts = [
      writer.append([{ jsonPath: '$.city', stringValue: 'Os', willContinue: true }]),
      writer.append([{ jsonPath: '$.city', stringValue: 'lo "x"' }]),
      writer.append([{ jsonPath: '$.days[0].hot', boolValue: true }]),
      writer.append([{ jsonPath: '$.days[0].note', nullValue: null }]),
      writer.append([
        { jsonPath: '$.days[1].hot', boolValue: false },
        { jsonPath: '$.count', numberValue: 2 },
      ]),
      writer.end({ city: 'Oslo "x"', days: [{ hot: true, note: null }, { hot: false }], count: 2 }),
    ];
    expect(texts).toEqual([
      '{"city":"Os',
      'lo \\"x\\"',
      '","days":[{"hot":true',
      ',"note":null',
      '},{"hot":false}],"count":2',
      '}',
    ]);
  });

  it.each<[string, readonly GeminiPartialArg[], Args | undefined]>([
    ['no pieces', [], undefined],
    ['no pieces beside whole arguments', [], { a: 1, b: { c: 2 } }],
    ['a member of a closed object', paths('$.a.x', '$.b', '$.a.y'), undefined],
    ['an index out of order', paths('$.a[1]', '$.a[0]'), undefined],
    ['a value that replaces an object', paths('$.a.x', '$.a'), undefined],
    ['an object that replaces a value', paths('$.a', '$.a.x'), undefined],
    ['a name in a list', paths('$.a[0]', '$.a.x', '$.b'), undefined],
    ['an index in an object', paths('$.a.x', '$.a[0]'), undefined],
    ['an index of the arguments', paths('$[0]', '$.a'), undefined],
    ['an invalid path', paths('a b', '$..', '$.a[99999]', '$'), undefined],
    ['pieces of an object that came whole', paths('$.a.y', '$.c'), { a: { x: 1 }, b: 2 }],
    ['a hostile name', paths("$['__proto__'].x", "$['constructor']"), undefined],
  ])('spells the arguments: %s', (_, pieces, initial) => {
    const { text, args } = write(pieces, initial);
    expect(JSON.parse(text)).toEqual(args);
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(Object.keys(args).sort());
  });

  it('spells the arguments of any pieces', () => {
    const segment = fc.oneof(
      fc.constantFrom('.a', '.b', '.c', "['a']", "['\"q']"),
      fc.nat(3).map((index) => `[${index}]`),
    );
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `$${segments.join('')}`);
    const value = fc.oneof(
      fc.string({ unit: 'binary' }).map((stringValue) => ({ stringValue })),
      fc.string().map((stringValue) => ({ stringValue, willContinue: true })),
      fc.double().map((numberValue) => ({ numberValue })),
      fc.constant({ nullValue: null }),
    );
    const piece = fc.tuple(fc.oneof(path, path, fc.string()), value).map(([jsonPath, held]) => ({ jsonPath, ...held }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { text, args } = write(pieces);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(args)));
      }),
      { numRuns: 500 },
    );
  });
});

function paths(...list: readonly string[]): GeminiPartialArg[] {
  return list.map((jsonPath, index) => ({ jsonPath, numberValue: index }));
}
