import { describe, expect, it } from 'vitest';
import { assembleArgs } from '../../src/chunk/assembleArgs.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { expectSameData } from '../support/sameData.js';

describe('assembleArgs', () => {
  it('writes each kind of value to its place', () => {
    const args = assembleArgs([
      { jsonPath: '$.city', stringValue: 'Cheyenne' },
      { jsonPath: '$.days[0].high', numberValue: 0 },
      { jsonPath: '$.days[0].dry', boolValue: false },
      { jsonPath: '$.days[1].high', numberValue: -7.5 },
      { jsonPath: '$.unit', nullValue: 'NULL_VALUE' },
    ]);
    expect(args).toStrictEqual({ city: 'Cheyenne', days: [{ high: 0, dry: false }, { high: -7.5 }], unit: null });
  });

  it('joins no string to another kind of value that said to continue', () => {
    const args = assembleArgs([
      { jsonPath: '$.a', numberValue: 5, willContinue: true },
      { jsonPath: '$.a', stringValue: 'x' },
    ]);
    expect(args).toStrictEqual({ a: 'x' });
  });

  it('makes plain properties, and a list in the place of an initial null', () => {
    const args = assembleArgs([{ jsonPath: '$.list[0]', numberValue: 1 }], { list: null });
    expect(args).toStrictEqual({ list: [1] });
    expect(Object.getOwnPropertyDescriptors(args)).toEqual(Object.getOwnPropertyDescriptors({ list: [1] }));
  });

  it('joins the pieces of a string, also with other places in between', () => {
    const args = assembleArgs([
      { jsonPath: '$.a', stringValue: 'one ', willContinue: true },
      { jsonPath: '$.b', stringValue: 'x', willContinue: true },
      { jsonPath: '$.a', stringValue: 'two', willContinue: true },
      { jsonPath: '$.b', stringValue: 'y' },
      { jsonPath: '$.a', stringValue: '' },
    ]);
    expect(args).toStrictEqual({ a: 'one two', b: 'xy' });
  });

  it('begins a new string once the string was closed', () => {
    const args = assembleArgs([
      { jsonPath: '$.a', stringValue: 'ol', willContinue: true },
      { jsonPath: '$.b', numberValue: 0 },
      { jsonPath: '$.a', stringValue: 'd' },
      { jsonPath: '$.b', numberValue: 1 },
      { jsonPath: '$.a', stringValue: 'new' },
    ]);
    expect(args).toStrictEqual({ a: 'new', b: 1 });
  });

  it('continues from initial arguments and does not change them', () => {
    const initial = deepFreeze({ city: 'Cheyenne', days: [{ high: 1 }] });
    const args = assembleArgs([{ jsonPath: '$.days[0].low', numberValue: 0 }], initial);
    expect(args).toStrictEqual({ city: 'Cheyenne', days: [{ high: 1, low: 0 }] });
    expect(initial).toStrictEqual({ city: 'Cheyenne', days: [{ high: 1 }] });
  });

  it('keeps a value under the text of an invalid path', () => {
    expect(assembleArgs([{ jsonPath: 'city', stringValue: 'x' }])).toStrictEqual({ city: 'x' });
    expect(assembleArgs([{ jsonPath: '$', numberValue: 1 }])).toStrictEqual({ $: 1 });
    expect(assembleArgs([{ stringValue: 'x' }])).toStrictEqual({ '': 'x' });
  });

  it('makes no list of holes', () => {
    const far = [{ jsonPath: '$.days[4000000000]', numberValue: 1 }];
    expect(assembleArgs(far)).toStrictEqual({ '$.days[4000000000]': 1 });
    const backwards = [
      { jsonPath: '$.days[2]', numberValue: 2 },
      { jsonPath: '$.days[1]', numberValue: 1 },
    ];
    expect(assembleArgs(backwards)).toStrictEqual({ days: [null, 1, 2] });
  });

  it('adds no members to a list', () => {
    const args = assembleArgs([
      { jsonPath: '$.days[0]', numberValue: 1 },
      { jsonPath: '$.days.length', numberValue: -1 },
      { jsonPath: '$.days.high.low', numberValue: 2 },
    ]);
    expect(args).toStrictEqual({ days: [1], '$.days.length': -1, '$.days.high.low': 2 });
  });

  it('makes an ordinary key of `__proto__`, and changes no prototype', () => {
    const args = assembleArgs([
      { jsonPath: '$.__proto__.polluted', boolValue: true },
      { jsonPath: '$.constructor.prototype.polluted', boolValue: true },
    ]);
    expectSameData(args, JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('joins a string of 100 000 pieces in linear time', () => {
    const pieces = Array.from({ length: 100_000 }, (_, index) => [
      { jsonPath: '$.a', stringValue: 'ab', willContinue: true },
      { jsonPath: `$.list[${index}]`, numberValue: index },
    ]).flat();
    const args = assembleArgs(pieces);
    expect(args['a']).toBe('ab'.repeat(100_000));
    expect(args['list']).toHaveLength(100_000);
  });
});
