import { EMPTY, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  assertAtLeastOne,
  assertBoolean,
  assertDelay,
  assertFunction,
  assertInteger,
  assertNonNegative,
  assertObservable,
  assertOneOf,
  assertOptions,
  assertPositive,
  assertPositiveDelay,
  describe as inWords,
  rangeError,
  typeError,
} from '../../src/rx/assertions.js';

describe('assertPositive', () => {
  it('accepts a finite number above 0', () => {
    for (const value of [1, 0.5, Number.MIN_VALUE, Number.MAX_VALUE]) assertPositive('expectedTokens', value);
  });

  it.each([0, -1, NaN, Infinity, -Infinity])('refuses %d', (value) => {
    expect(() => {
      assertPositive('expectedTokens', value);
    }).toThrow(new RangeError(`Expected \`expectedTokens\` to be a positive number, got ${value}`));
  });

  it.each(['5', null, undefined, {}])('refuses %j, which is no number', (value) => {
    expect(() => {
      assertPositive('expectedTokens', value);
    }).toThrow(new TypeError(`Expected \`expectedTokens\` to be a positive number, got ${inWords(value)}`));
  });
});

describe('assertNonNegative', () => {
  it('accepts 0 and any finite number above', () => {
    for (const value of [0, 0.5, Number.MAX_VALUE]) assertNonNegative('price', value);
  });

  it.each([-1, NaN, Infinity])('refuses %d', (value) => {
    expect(() => {
      assertNonNegative('price', value);
    }).toThrow(new RangeError(`Expected \`price\` to be a non-negative number, got ${value}`));
  });

  it.each(['5', undefined])('refuses %j, which is no number', (value) => {
    expect(() => {
      assertNonNegative('price', value);
    }).toThrow(new TypeError(`Expected \`price\` to be a non-negative number, got ${inWords(value)}`));
  });
});

describe('assertDelay', () => {
  it('accepts 0 and more, up to the longest delay of a timer', () => {
    for (const value of [0, 0.5, 7, 2 ** 31 - 1]) assertDelay('grace', value);
  });

  it.each([-1, NaN, Infinity, 2 ** 31])('refuses %d', (value) => {
    expect(() => {
      assertDelay('grace', value);
    }).toThrow(new RangeError(`Expected \`grace\` to be a non-negative number of ms, got ${value}`));
  });
});

describe('assertPositiveDelay', () => {
  it('accepts more than 0, up to the longest delay of a timer', () => {
    for (const value of [0.5, 7, 2 ** 31 - 1]) assertPositiveDelay('maxWait', value);
  });

  it.each([0, -1, NaN, Infinity, 2 ** 31])('refuses %d', (value) => {
    expect(() => {
      assertPositiveDelay('maxWait', value);
    }).toThrow(new RangeError(`Expected \`maxWait\` to be a positive number of ms, got ${value}`));
  });
});

describe('assertBoolean', () => {
  it('accepts only true and false', () => {
    assertBoolean('jitter', true);
    assertBoolean('jitter', false);
    expect(() => {
      assertBoolean('jitter', 1);
    }).toThrow(new TypeError('Expected `jitter` to be true or false, got 1'));
  });
});

describe('assertInteger', () => {
  it('accepts whole numbers from `least` on', () => {
    for (const value of [2, 3, Number.MAX_SAFE_INTEGER]) assertInteger('count', value, 2);
  });

  it.each([1, 2.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1])('refuses %d', (value) => {
    expect(() => {
      assertInteger('count', value, 2);
    }).toThrow(new RangeError(`Expected \`count\` to be a whole number of at least 2, got ${value}`));
  });
});

describe('assertOneOf', () => {
  it('accepts the listed values', () => {
    assertOneOf('as', 'error', ['complete', 'error']);
  });

  it.each([
    ['Error', "'Error'"],
    [undefined, 'undefined'],
    [['error'], 'an array'],
  ])('refuses %j', (value, words) => {
    expect(() => {
      assertOneOf('as', value, ['complete', 'error']);
    }).toThrow(new TypeError(`Expected \`as\` to be 'complete' or 'error', got ${words}`));
  });
});

describe('assertFunction', () => {
  it('accepts a function and undefined', () => {
    assertFunction('onReport', () => undefined);
    assertFunction('onReport', undefined);
  });

  it.each([null, 'f', {}])('refuses %j', (value) => {
    expect(() => {
      assertFunction('onReport', value);
    }).toThrow(new TypeError(`Expected \`onReport\` to be a function, got ${inWords(value)}`));
  });
});

describe('describe', () => {
  it.each<[unknown, string]>([
    ['text', "'text'"],
    [-0.5, '-0.5'],
    [1n, '1'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [() => undefined, 'a function'],
    [[1, 2], 'an array'],
    [{ apiKey: 'secret' }, 'an object'],
    [Object.create(null), 'an object'],
  ])('is short and does not show the content of an object: %#', (value, words) => {
    expect(inWords(value)).toBe(words);
  });

  it('is a part of the sentence of every error', () => {
    expect(typeError('a', 'b', 1)).toStrictEqual(new TypeError('Expected `a` to be b, got 1'));
    expect(rangeError('a', 'b', 1)).toStrictEqual(new RangeError('Expected `a` to be b, got 1'));
  });
});

describe('assertObservable', () => {
  it('accepts Observables only', () => {
    for (const value of [EMPTY, new Subject()]) assertObservable('source', value);
    for (const value of [undefined, null, 3, [], {}, Promise.resolve(), () => EMPTY]) {
      expect(() => {
        assertObservable('source', value);
      }).toThrow(new TypeError(`Expected \`source\` to be an Observable, got ${inWords(value)}`));
    }
  });
});

describe('assertOptions', () => {
  it('accepts any object', () => {
    class Options {
      readonly maxWait = 5;
      readonly [Symbol.toStringTag] = 'Options';
    }
    for (const value of [{}, { maxWait: 5 }, Object.create(null), Object.freeze({}), new Options()]) {
      assertOptions(value);
    }
  });

  it.each([
    ['a Promise', Promise.resolve({})],
    ['a Map', new Map()],
    ['a Date', new Date()],
    ['an Error', new TypeError('x')],
    ['an AbortSignal', new AbortController().signal],
    ['a Uint8Array', new Uint8Array(1)],
    ['an Observable', EMPTY],
  ])('refuses %s, whose fields are not options', (name, value) => {
    expect(() => {
      assertOptions(value);
    }).toThrow(new TypeError(`Expected \`options\` to be an object with fields of its own, got ${name}`));
  });

  it.each([undefined, null, 3, 'x', true, [], () => undefined])('refuses %o', (value) => {
    expect(() => {
      assertOptions(value);
    }).toThrow(new TypeError(`Expected \`options\` to be an object, got ${inWords(value)}`));
  });

  it('names the checked object', () => {
    expect(() => {
      assertOptions(3, 'pricePerMillion');
    }).toThrow(new TypeError('Expected `pricePerMillion` to be an object, got 3'));
  });
});

describe('assertAtLeastOne', () => {
  it('accepts options of which at least one is there', () => {
    assertAtLeastOne({ first: undefined, each: 1, total: undefined });
    assertAtLeastOne({ first: null });
  });

  it.each([
    [{ first: undefined }, 'Expected at least one of `first`, got none'],
    [{ first: undefined, each: undefined }, 'Expected at least one of `first` and `each`, got none'],
    [
      { first: undefined, each: undefined, total: undefined },
      'Expected at least one of `first`, `each` and `total`, got none',
    ],
  ])('refuses %o', (options, message) => {
    expect(() => assertAtLeastOne(options)).toThrow(new TypeError(message));
  });
});
