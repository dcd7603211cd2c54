import fc, { type Arbitrary } from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { withoutSecrets } from '../../src/errors/withoutSecrets.js';

const key = 'AIzaSyA-1234567890_abcdefghijklmnopqrst';
const token = 'opaque-5d41402abc4b2a76';
const headers = { 'x-goog-api-key': token, Authorization: `Bearer ${token}` };

function printed(error: unknown): string {
  const spelled = inspect(error, { depth: null, showHidden: true, getters: true, maxArrayLength: null });
  const stack = error instanceof Error ? error.stack : '';
  return [String(error), JSON.stringify(error), stack, spelled].join('\n');
}

function expectNoSecret(error: unknown): void {
  expect(printed(error)).not.toContain(key);
  expect(printed(error)).not.toContain(token);
}

describe('withoutSecrets', () => {
  it.each([
    ['an error without a secret', new TypeError('fetch failed', { cause: new Error('ECONNRESET') })],
    ['an error with other fields', Object.assign(new Error('no'), { status: 400, headers: {} })],
    ['an error of several', new AggregateError([new Error('a'), new Error('b')], 'no')],
    [
      'an error with a response',
      Object.assign(new Error('no'), { response: new Response('x', { headers: { a: 'b' } }) }),
    ],
    ['undefined', undefined],
    ['a number', 1],
    ['an object that is no error', { status: 400, list: [1, ['a']], bytes: new Uint8Array(100_000) }],
    ['an object without a prototype, in a list', [Object.create(null), 'x']],
  ])('returns %s unchanged', (_, cause) => {
    expect(withoutSecrets(cause)).toBe(cause);
  });

  it('returns a ring of causes unchanged', () => {
    const ring: Error & { cause?: unknown } = new Error('a');
    ring.cause = new Error('b', { cause: ring });
    expect(withoutSecrets(ring)).toBe(ring);
  });

  it('copies name, message, stack and cause of an error that quotes a secret', () => {
    const inner = new Error('inner');
    const cause = withoutSecrets(new TypeError(`no ${key}`, { cause: inner })) as Error;
    expect(cause).toMatchObject({ name: 'TypeError', message: 'no [redacted]', cause: inner });
    expect(cause.stack).toContain('no [redacted]');
    expect(cause.stack).toContain('withoutSecrets.test.ts');
    expect(cause.stack).not.toContain(key);
  });

  it('keeps the class, the code and all other fields without secrets', () => {
    class ApiError extends Error {
      override readonly name = 'ApiError';
      readonly code = 'EXPIRED';
      readonly config = { url: `https://host/?alt=sse&key=${token}`, headers, timeout: 5 };
    }
    const cause = withoutSecrets(new ApiError('no'));
    expect(cause).toBeInstanceOf(ApiError);
    expect(cause).toMatchObject({ name: 'ApiError', message: 'no', code: 'EXPIRED' });
    expect((cause as ApiError).config).toEqual({
      url: 'https://host/?alt=sse&key=[redacted]',
      headers: { 'x-goog-api-key': '[redacted]', Authorization: '[redacted]' },
      timeout: 5,
    });
    const abort = withoutSecrets(Object.assign(new DOMException('no', 'AbortError'), { headers }));
    expect(abort).toBeInstanceOf(DOMException);
    expect(abort).toMatchObject({ name: 'AbortError', message: 'no', code: 20 });
    expectNoSecret(abort);
  });

  it('does not change the original', () => {
    const thrown = Object.freeze(Object.assign(new Error(`key=${token}`), { headers: Object.freeze({ ...headers }) }));
    withoutSecrets(thrown);
    expect(thrown.message).toBe(`key=${token}`);
    expect(thrown.headers).toEqual(headers);
  });

  it.each<[string, unknown]>([
    ['a text', `https://host/?key=${token}`],
    ['a plain object', { config: { headers } }],
    ['the options of a client', { options: { apiKey: token } }],
    ['Headers', { headers: new Headers(headers) }],
    ['a Request', { request: new Request(`http://host/?key=${token}`, { headers }) }],
    ['the headers of a Request', { request: new Request('http://host', { headers }) }],
    ['a Response', { response: new Response('', { headers }) }],
    ['a URL', { url: new URL(`http://host/?key=${token}`) }],
    ['parameters', { params: new URLSearchParams({ key: token }) }],
    ['a Map', new Map([['x-goog-api-key', token]])],
    ['the key of a Map', new Map([[{ key }, 1]])],
    ['a Set', new Set([key])],
    ['a list of headers', { headers: Object.entries(headers) }],
    ['raw headers', { rawHeaders: Object.entries(headers).flat() }],
    ['a header with several values', { headers: { authorization: [`Digest ${token}`] } }],
    ['one of several errors', new AggregateError([new Error(`key=${token}`)], 'refused')],
    ['a getter', Object.defineProperty(new Error('no'), 'request', { get: () => ({ headers }) })],
    ['a field that is not enumerable', Object.defineProperty(new Error('no'), 'headers', { value: headers })],
    ['a symbol', { [Symbol('state')]: { [Symbol('x-goog-api-key')]: token } }],
    ['the name of a symbol', { [Symbol(key)]: 1 }],
    ['the name of a field', { [key]: 1 }],
    ['a symbol that is a value', { symbol: Symbol(key) }],
    ['a field of a function', Object.assign(() => undefined, { headers })],
    [
      'another class',
      new (class Client {
        readonly apiKey = token;
      })(),
    ],
    ['what is too deep', Array.from({ length: 200 }).reduce<object>((inner) => ({ inner }), { headers })],
    ['what is too much', [...Array.from({ length: 20_000 }, () => ({})), { headers }]],
  ])('finds a secret in %s', (_, thrown) => {
    expectNoSecret(withoutSecrets(thrown));
    expectNoSecret(toGeminiError(thrown));
    expectNoSecret(toGeminiError(new TypeError('fetch failed', { cause: thrown })));
    expectNoSecret(toGeminiError(Object.assign(new Error('no'), { thrown })));
  });

  it('ends in time for an endless graph', () => {
    class Endless extends Error {
      override get cause(): unknown {
        return new Endless();
      }
    }
    const made = (): object => Object.defineProperty({}, 'more', { get: () => [made(), made()] });
    for (const thrown of [new Endless(), made()]) expect(withoutSecrets(thrown) === thrown).toBe(false);
  });

  it('does not throw for values that cannot be read', () => {
    const getter = Object.defineProperty(new Error('no'), 'body', {
      get() {
        throw new Error('Not now');
      },
    });
    expect(withoutSecrets(getter)).toBe(getter);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(withoutSecrets(new Error('no', { cause: proxy }))).toBe('[redacted]');
  });

  it('returns its own copies unchanged', () => {
    const cause = withoutSecrets(
      Object.assign(new Error(`key=${token}`), { headers: new Headers(headers), list: [key] }),
    );
    expect(withoutSecrets(cause)).toBe(cause);
  });
});

type Holder = (held: unknown) => unknown;

/** One more thing around a secret. */
const holder: Arbitrary<Holder> = fc.constantFrom<Holder[]>(
  (held) => new Error('outer', { cause: held }),
  (held) => Object.assign(new DOMException('outer', 'AbortError'), { held }),
  (held) => new AggregateError([new Error('other'), held], 'outer'),
  (held) => Object.assign(new TypeError('outer'), { code: 'E', held }),
  (held) => Object.defineProperty(new Error('outer'), 'held', { value: held }),
  (held) => Object.defineProperty({}, 'held', { get: () => held, enumerable: true }),
  (held) => ({ [Symbol('held')]: held }),
  (held) => [1, 'x', held],
  (held) => new Map([['held', held]]),
  (held) => new Map([[held, 'held']]),
  (held) => new Set([held]),
  (held) => Object.assign(() => undefined, { held }),
  (held) => Object.assign(Object.create(null) as object, { held }),
  (held) => {
    const ring: Record<string, unknown> = { held };
    ring['ring'] = ring;
    return ring;
  },
);

const secret: Arbitrary<unknown> = fc.oneof(
  fc
    .tuple(fc.constantFrom('x-goog-api-key', 'X-Goog-Api-Key', 'Authorization', 'authorization'), fc.boolean())
    .chain(([name, isBearer]) => {
      const value = isBearer ? `Bearer ${token}` : token;
      return fc.constantFrom<unknown>(
        { [name]: value },
        { [name]: [value] },
        [name, value],
        [[name, value]],
        ['Accept', '*', name, value],
        new Headers({ [name]: value }),
        new Map([[name, value]]),
        new Request('http://host', { headers: { [name]: value } }),
        new Response('', { headers: { [name]: value } }),
        new Error(`sent ${name}: ${value}`),
        `${name}: ${value}\r\nAccept: *`,
        JSON.stringify({ headers: { [name]: value } }),
        inspect({ [name]: value }),
      );
    }),
  fc
    .tuple(fc.string(), fc.string())
    .chain(([before, after]) =>
      fc.constantFrom<unknown>(
        `${before}${key} ${after}`,
        new Error(`${before}${key}`),
        { [`${before}${key}`]: after },
        new URL(`http://host/${encodeURIComponent(before)}?key=${key}`),
        Symbol(key),
      ),
    ),
);

it('never shows a secret, at any place of any thrown value', () => {
  fc.assert(
    fc.property(secret, fc.array(holder, { maxLength: 6 }), (innermost, holders) => {
      const thrown = holders.reduce((held, hold) => hold(held), innermost);
      const error = toGeminiError(thrown);
      expectNoSecret(error);
      expectNoSecret(new GeminiError('no', { kind: 'unknown', cause: thrown }));
      expect(withoutSecrets(error.cause)).toBe(error.cause);
    }),
    { numRuns: 500 },
  );
});
