import { describe, expect, it } from 'vitest';
import { isGeminiError } from '../../src/errors/geminiError.js';
import { publicError } from '../../src/errors/publicError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';

const throwing = (field: string) =>
  Object.defineProperty(new Error('no'), field, {
    get: () => {
      throw new Error('Not now');
    },
  });

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable(new Error('no'), {});
  revoke();
  return proxy;
};

const trap = (): never => {
  throw new Error('trapped');
};

const ring = () => {
  const error: Error & { cause?: unknown } = new Error('exception x sending request');
  error.cause = error;
  return error;
};

describe('whatever was thrown', () => {
  it.each<[string, () => unknown]>([
    ['a revoked proxy', revoked],
    ['a cause that is a revoked proxy', () => new TypeError('fetch failed', { cause: revoked() })],
    [
      'a proxy all of whose traps throw',
      () => new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }),
    ],
    ...['message', 'name', 'stack', 'cause', 'status', 'code', 'errors', 'response'].map(
      (field): [string, () => unknown] => [`an error whose ${field} throws`, () => throwing(field)],
    ),
    ['a wrapper that is its own cause', ring],
    ['a frozen error', () => Object.freeze(new Error('no'))],
    ['an error whose message is an object', () => Object.assign(new Error(), { message: { a: 1 } })],
    ['an error whose name is a symbol', () => Object.assign(new Error('no'), { name: Symbol('x') })],
    ['an object without a prototype', () => Object.create(null) as object],
    ['a symbol', () => Symbol('x')],
    ['a bigint', () => 1n],
    ['undefined', () => undefined],
    ['a function', () => () => undefined],
    ['a status that is no number', () => Object.assign(new Error('no'), { status: Number.NaN })],
  ])('becomes a GeminiError that can be told: %s', (_, make) => {
    const error = toGeminiError(make());
    expect(isGeminiError(error)).toBe(true);
    expect(error.message).not.toBe('');
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name: 'GeminiError', kind: error.kind });
    expect(publicError(make()).message).not.toBe('');
  });
});
