import { describe, expect, it } from 'vitest';
import { GeminiError, isGeminiError } from '../../src/errors/geminiError.js';
import { httpStatusOf } from '../../src/errors/httpStatusOf.js';
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

describe('a hostile thrown value', () => {
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
  ])('becomes a GeminiError that can be printed: %s', (_, make) => {
    const error = toGeminiError(make());
    expect(isGeminiError(error)).toBe(true);
    expect(error.message).not.toBe('');
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name: 'GeminiError', kind: error.kind });
    expect(publicError(make()).message).not.toBe('');
    expect(httpStatusOf(make())).toBeGreaterThanOrEqual(400);
  });

  it('has a status even if it changes while it is read', () => {
    // Each read of `kind` may be the one that throws, or that returns something else.
    for (let sound = 0; sound < 8; sound++) {
      let reads = 0;
      const get = () => (reads++ < sound ? 'server' : trap());
      const error = Object.defineProperty(new GeminiError('no', { kind: 'server' }), 'kind', { get });
      expect(httpStatusOf(error)).toBe(502);
      reads = 0;
      expect(publicError(error).message).not.toBe('');
    }
  });

  const mark = Symbol.for('rxjs-gemini.GeminiError');
  const marked = (fields: object) => ({ [mark]: true, kind: 'server', message: 'no', ...fields });
  const changed = (fields: object) => Object.assign(new GeminiError('no', { kind: 'server' }), fields);

  it.each<[string, () => object]>([
    ['the mark and no method', () => marked({})],
    ['the mark on a frozen object', () => Object.freeze(marked({}))],
    ['a toJSON that throws', () => changed({ toJSON: trap })],
    ['a toJSON that returns itself', () => changed({ toJSON: (): object => ({}) })],
    ['a toJSON that tells more', () => changed({ toJSON: () => ({ kind: 'server', message: 'no', more: 'private' }) })],
    ['a bigint to wait', () => changed({ retryAfter: 5n })],
    ['a text to wait', () => changed({ retryAfter: 'private' })],
    ['an object as its status', () => changed({ status: { private: 1 } })],
    ['a retryable that is no boolean', () => changed({ retryable: 'private' })],
    ['a partial that throws', () => Object.defineProperty(changed({}), 'partial', { get: trap })],
  ])('becomes a valid GeminiError if it is a GeminiError with %s', (_, make) => {
    const error = toGeminiError(make());
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'GeminiError',
      message: 'no',
      kind: 'server',
      retryable: true,
    });
    expect(error.partial).toBeUndefined();
    expect(httpStatusOf(make())).toBe(502);
    expect(publicError(make())).toEqual({
      kind: 'server',
      message: 'The service failed; try again later',
      retryable: true,
    });
  });
});
