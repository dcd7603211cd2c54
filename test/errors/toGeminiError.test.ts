import { describe, expect, it } from 'vitest';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';

type Row = [name: string, error: unknown, kind: GeminiErrorKind, retryable: boolean];

/** The SDK's: the body is in the message, and there is a status. */
function sdkError(message: string, status: number): Error {
  return Object.assign(new Error(message), { name: 'ApiError', status });
}

function coded(code: string, message = 'it failed'): Error {
  return Object.assign(new Error(message), { code });
}

/** What Node's fetch throws: the reason is in the cause. */
function fetchFailed(code: string, message = 'it failed'): Error {
  return new TypeError('fetch failed', { cause: coded(code, message) });
}

function terminated(code: string, message = 'it failed'): Error {
  return new TypeError('terminated', { cause: coded(code, message) });
}

function syntaxError(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    return error;
  }
}

const busy = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };
const limited = {
  error: {
    code: 429,
    message: 'You exceeded your current quota.',
    status: 'RESOURCE_EXHAUSTED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
    ],
  },
};
/** What the SDK throws for an interaction: the body is in a field. */
function interactionError(status: number, code: string): Error {
  const body = { error: { code, message: 'No.' } };
  return Object.assign(new Error(`${status} No.`), { status, error: body, body: JSON.stringify(body) });
}

/** What the SDK makes of a body that is not `application/json`. */
function nested(text: string, code: number, status: string): string {
  return JSON.stringify({ error: { message: text, code, status } });
}

describe("toGeminiError: the SDK's errors", () => {
  const rows: Row[] = [
    ['an HTTP error', sdkError(JSON.stringify(busy), 503), 'overloaded', true],
    ['a list of one', sdkError(JSON.stringify([busy]), 503), 'overloaded', true],
    [
      'one in the middle of the stream',
      sdkError(`got status: UNAVAILABLE. ${JSON.stringify(busy)}`, 503),
      'overloaded',
      true,
    ],
    ['one without a state', sdkError('got status: undefined. {"error":{"code":500}}', 500), 'server', true],
    [
      'one whose state has blanks',
      sdkError(`got status: Too Many Requests. ${JSON.stringify(limited)}`, 429),
      'quota',
      false,
    ],
    [
      "Google's JSON within the SDK's",
      sdkError(nested(JSON.stringify(limited, null, 2), 429, 'Too Many Requests'), 429),
      'quota',
      false,
    ],
    ["a list within the SDK's", sdkError(nested(JSON.stringify([limited]), 429, ''), 429), 'quota', false],
    [
      'a web page',
      sdkError(nested('<html><title>500</title></html>', 500, 'Internal Server Error'), 500),
      'server',
      true,
    ],
    ['an empty body', sdkError(nested('', 502, 'Bad Gateway'), 502), 'server', true],
    ['a body that is no JSON', sdkError('no upstream', 503), 'overloaded', true],
    [
      'a bare Error for a status outside of 400 to 599',
      new Error(nested('moved', 304, 'Not Modified')),
      'protocol',
      false,
    ],
    ['a bare Error with the JSON of an error', new Error(JSON.stringify(busy)), 'overloaded', true],
    ['half an event', new Error('Incomplete JSON segment at the end'), 'truncated', true],
    ['an event that is no JSON', syntaxError('[DONE'), 'protocol', false],
    ['an empty event', syntaxError(''), 'protocol', false],
    ['no body', new Error('Response body is empty'), 'protocol', false],
    ['no credentials', new Error('Could not load the default credentials. Browse to …'), 'auth', false],
    ['no key, in a browser', new Error('An API Key must be set when running in a browser'), 'auth', false],
    ['no key, says an older browser', new Error('API key is missing. Please provide a valid API key.'), 'auth', false],
    ["an interaction's error", interactionError(429, 'quota_exceeded'), 'quota', false],
    ["an interaction's error that passes", interactionError(429, 'rate_limit_exceeded'), 'rate_limit', true],
    [
      "an error that is none in the SDK's realm",
      new Error('exception TypeError: fetch failed sending request', { cause: fetchFailed('ECONNREFUSED') }),
      'network',
      true,
    ],
  ];

  it.each(rows)('%s', (_, error, kind, retryable) => {
    expect(toGeminiError(error)).toMatchObject({ kind, retryable });
  });

  it('advises on a missing key, not on default credentials', () => {
    const { message } = toGeminiError(new Error('Could not load the default credentials. Browse to https://x.'));
    expect(message).toMatch(/^No API key: set GEMINI_API_KEY/);
    expect(message).not.toContain('default credentials');
  });

  it('reads all fields of the body', () => {
    const cause = sdkError(`got status: RESOURCE_EXHAUSTED. ${JSON.stringify(limited)}`, 429);
    expect(toGeminiError(cause, { retryAfter: 1 })).toMatchObject({
      status: 429,
      retryAfter: 34_400,
      message: "The day's quota is used up (429): You exceeded your current quota.",
      cause,
    });
  });

  it('uses the delay of the header if the body has no delay', () => {
    expect(toGeminiError(sdkError(JSON.stringify(busy), 503), { retryAfter: 5_000 }).retryAfter).toBe(5_000);
  });

  it('puts no web page and no JSON into the sentence', () => {
    const page = sdkError(nested('<!DOCTYPE html><html></html>', 502, 'Bad Gateway'), 502);
    expect(toGeminiError(page).message).toBe(
      'The service, or a proxy before it, failed with a web page; try again later (502)',
    );
    expect(toGeminiError(sdkError('<html></html>', 502)).message).toBe(
      'The service, or a proxy before it, failed with a web page; try again later (502)',
    );
    const within = sdkError(nested(JSON.stringify(busy), 503, ''), 503);
    expect(toGeminiError(within).message).toBe(
      'The model is overloaded; try again later (503): The model is overloaded.',
    );
  });
});

describe('toGeminiError: connections', () => {
  const rows: Row[] = [
    // Node
    ['refused', fetchFailed('ECONNREFUSED'), 'network', true],
    ['no such host', fetchFailed('ENOTFOUND', 'getaddrinfo ENOTFOUND host'), 'network', true],
    ['no answer of the name server', fetchFailed('EAI_AGAIN'), 'network', true],
    ['no route', fetchFailed('EHOSTUNREACH'), 'network', true],
    ['no network', fetchFailed('ENETUNREACH'), 'network', true],
    ['reset before the headers', fetchFailed('ECONNRESET'), 'network', true],
    ['closed before the headers', fetchFailed('UND_ERR_SOCKET', 'other side closed'), 'network', true],
    ['a certificate of its own', fetchFailed('DEPTH_ZERO_SELF_SIGNED_CERT'), 'network', true],
    ['a certificate of another host', fetchFailed('ERR_TLS_CERT_ALTNAME_INVALID'), 'network', true],
    [
      'fetch failed for no known reason',
      new TypeError('fetch failed', { cause: new Error('bad port') }),
      'network',
      true,
    ],
    [
      'fetch failed for several',
      new TypeError('fetch failed', { cause: new AggregateError([new Error('a')]) }),
      'network',
      true,
    ],
    ['reset in the middle', terminated('ECONNRESET', 'read ECONNRESET'), 'network', true],
    ['closed in the middle', terminated('UND_ERR_SOCKET', 'other side closed'), 'truncated', true],
    ['less than was announced', terminated('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), 'truncated', true],
    ['terminated for no known reason', new TypeError('terminated'), 'truncated', true],
    ["node-fetch's early end", coded('ERR_STREAM_PREMATURE_CLOSE', 'Premature close'), 'truncated', true],
    ["node:http's reset", coded('ECONNRESET', 'aborted'), 'network', true],
    ['headers late', fetchFailed('UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'), 'timeout', true],
    ['body late', terminated('UND_ERR_BODY_TIMEOUT', 'Body Timeout Error'), 'timeout', true],
    ['connection late', fetchFailed('UND_ERR_CONNECT_TIMEOUT'), 'timeout', true],
    ['connection late, says the system', fetchFailed('ETIMEDOUT'), 'timeout', true],
    ['no HTTP', fetchFailed('HPE_INVALID_CONSTANT', 'Expected HTTP/'), 'protocol', false],
    ['no HTTP in the middle', terminated('HPE_INVALID_CHUNK_SIZE'), 'protocol', false],
    // Browsers and others
    ['Chrome', new TypeError('Failed to fetch'), 'network', true],
    ['Chrome with the host', new TypeError('Failed to fetch (host.example)'), 'network', true],
    ['Chrome in the middle', new TypeError('network error'), 'network', true],
    ['Safari', new TypeError('Load failed'), 'network', true],
    ['Safari with the host', new TypeError('Load failed (host.example)'), 'network', true],
    ['Safari in the middle', new TypeError('The network connection was lost.'), 'network', true],
    ['Safari offline', new TypeError('The Internet connection appears to be offline.'), 'network', true],
    ['Firefox', new TypeError('NetworkError when attempting to fetch resource.'), 'network', true],
    ['Firefox in the middle', new TypeError('Error in input stream'), 'network', true],
    ['a DOMException', new DOMException('A network error occurred.', 'NetworkError'), 'network', true],
    ['React Native', new TypeError('Network request failed'), 'network', true],
    ['Workers', new TypeError('Network connection lost.'), 'network', true],
    // A caller's bug is not a matter of the network.
    [
      'a bug with fetch in it',
      new TypeError("Cannot read properties of undefined (reading 'fetch')"),
      'unknown',
      false,
    ],
    ['a bug with network in it', new TypeError('this.network is not a function'), 'unknown', false],
    [
      'a URL that is none',
      new TypeError('Failed to parse URL from foo', { cause: coded('ERR_INVALID_URL') }),
      'unknown',
      false,
    ],
  ];

  it.each(rows)('%s', (_, error, kind, retryable) => {
    expect(toGeminiError(error)).toMatchObject({ kind, retryable, cause: error });
  });

  it('names the cause', () => {
    const { message } = toGeminiError(fetchFailed('ENOTFOUND', 'getaddrinfo ENOTFOUND host.example'));
    expect(message).toBe(
      'There is no connection to the service, or it was reset: getaddrinfo ENOTFOUND host.example; ' +
        'check the network, the host of the base URL, and whether a proxy is needed',
    );
    // Node leaves the message empty where it tried several addresses.
    expect(toGeminiError(fetchFailed('ECONNREFUSED', '')).message).toMatch(
      /: ECONNREFUSED; nothing listens there: check the base URL/,
    );
    expect(toGeminiError(new TypeError('Failed to fetch')).message).toMatch(
      /reset; check the network, the base URL and the proxy$/,
    );
  });
});

describe("toGeminiError: other clients' errors", () => {
  const data = busy;
  const rows: Row[] = [
    ['axios', Object.assign(new Error('Request failed with status code 500'), { response: { status: 500, data } })],
    ["Angular's HttpClient", { name: 'HttpErrorResponse', message: 'Http failure', status: 500, error: data }],
    ['a status and a body', Object.assign(new Error('x'), { statusCode: 500, responseBody: JSON.stringify(data) })],
    ['the JSON itself', data],
    ['the JSON itself, as text', JSON.stringify(data)],
    ['a status by name', Object.assign(new Error('overloaded'), { status: 'UNAVAILABLE' })],
    ['a response', { status: 503, ok: false }],
    ['a cause', new Error('The call failed', { cause: sdkError(JSON.stringify(data), 503) })],
    ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: sdkError(JSON.stringify(data), 503) }) })],
    ['a GeminiError as the cause', new Error('a', { cause: new GeminiError('b', { kind: 'overloaded' }) })],
    ['an ErrorEvent', { type: 'error', message: 'x', error: sdkError(JSON.stringify(data), 503) }],
  ].map(([name, error]) => [name as string, error, 'overloaded', true]);

  it.each(rows)('%s', (_, error, kind, retryable) => {
    expect(toGeminiError(error)).toMatchObject({ kind, retryable });
    expect(toGeminiError(error).cause).toBe(error);
    expect(toGeminiError(error).message).not.toContain('{');
  });

  it.each<[name: string, headers: unknown, expected: number | undefined]>([
    ['Headers', new Headers({ 'Retry-After': '7' }), 7_000],
    ['a record', { 'retry-after': '7' }, 7_000],
    ['nothing', undefined, undefined],
    ['what are none', 'retry-after: 7', undefined],
  ])('reads the delay of the header from %s', (_, headers, expected) => {
    expect(toGeminiError(Object.assign(new Error('x'), { status: 503, headers })).retryAfter).toBe(expected);
    const response = { status: 503, headers };
    expect(toGeminiError(Object.assign(new Error('x'), { response })).retryAfter).toBe(expected);
  });

  it('keeps the fields of the cause beside its kind', () => {
    const cause = new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter: 5, status: 429, retryable: false });
    expect(toGeminiError(new Error('a', { cause }))).toMatchObject({ ...cause, message: 'Slowly.' });
  });
});

describe('toGeminiError: hostile shapes', () => {
  const refuse = () => {
    throw new Error('refused');
  };
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const refusing = new Proxy(
    {},
    { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse, getOwnPropertyDescriptor: refuse },
  );
  const circle: Record<string, unknown> = { message: 'circle', status: 503 };
  Object.assign(circle, { cause: circle, error: circle, response: circle });
  const causes = new Error('first');
  causes.cause = new Error('second', { cause: causes });
  let deep: unknown = new Error('last');
  for (let level = 0; level < 50_000; level += 1) deep = new Error('wrapped', { cause: deep });
  const mark = Symbol.for('rxjs-gemini.GeminiError');

  it.each<[name: string, value: unknown]>([
    ['a revoked proxy', revoked],
    ['a proxy that refuses', refusing],
    ['a proxy that has everything', new Proxy({}, { has: () => true, get: () => refusing })],
    ['getters that throw', Object.defineProperties({}, { message: { get: refuse }, name: { get: refuse } })],
    ['a getter of the status that throws', Object.defineProperty(new Error('x'), 'status', { get: refuse })],
    ['a getter of the cause that throws', Object.defineProperty(new Error('x'), 'cause', { get: refuse })],
    ['a getter of the headers that throws', Object.defineProperty(new Error('x'), 'headers', { get: refuse })],
    ['fields of odd types', { message: 'x', name: 7, status: NaN, code: {}, cause: 'y', headers: 7, response: 'z' }],
    ['a circle', circle],
    ['a circle of causes', causes],
    ['a long chain of causes', deep],
    ['what only claims to be one', { [mark]: true }],
    ['an object without a prototype', Object.create(null)],
    ['a function', refuse],
  ])('makes an error from %s', (_, value) => {
    const error = toGeminiError(value);
    expect(error).toBeInstanceOf(GeminiError);
    expect(typeof error.kind).toBe('string');
    expect(typeof error.message).toBe('string');
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name: 'GeminiError' });
  });
});

describe('toGeminiError: aborts and deadlines', () => {
  const timeout = AbortSignal.abort(new DOMException('The operation timed out.', 'TimeoutError'));
  const rows: Row[] = [
    ["an abort's DOMException", new DOMException('This operation was aborted', 'AbortError'), 'cancelled', false],
    [
      "an abort's Error",
      Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' }),
      'cancelled',
      false,
    ],
    ["AbortSignal.timeout's reason", timeout.reason, 'timeout', true],
    ["an abort by AbortSignal.timeout, as Node's own calls have it", abortError(timeout.reason), 'timeout', true],
    ['an abort for another reason', abortError(new Error('stop')), 'cancelled', false],
    ["rxjs's timeout", Object.assign(new Error('Timeout has occurred'), { name: 'TimeoutError' }), 'timeout', true],
  ];

  function abortError(cause: unknown): Error {
    return Object.assign(new Error('The operation was aborted', { cause }), { name: 'AbortError', code: 'ABORT_ERR' });
  }

  it.each(rows)('%s', (_, error, kind, retryable) => {
    expect(toGeminiError(error)).toMatchObject({ kind, retryable, cause: error });
  });
});

describe('toGeminiError: anything else', () => {
  it('returns a GeminiError unchanged', () => {
    const error = new GeminiError('No.', { kind: 'overflow' });
    expect(toGeminiError(error, { retryAfter: 1 })).toBe(error);
  });

  it.each([
    [new Error('The tool broke'), 'The tool broke'],
    [new Error(''), 'The stream failed'],
    [new SyntaxError('Invalid regular expression: missing /'), 'Invalid regular expression: missing /'],
    [{ message: 'no name' }, 'no name'],
    [Object.assign(new Error('parsing failed'), { status: 200 }), 'parsing failed'],
    [Object.assign(new Error('no connection'), { status: 0 }), 'no connection'],
    ['boom', "The stream failed with 'boom'"],
    ['key=secret', "The stream failed with 'key=[redacted]'"],
    [undefined, 'The stream failed with undefined'],
    [null, 'The stream failed with null'],
    [7, 'The stream failed with 7'],
    [{ message: 7 }, 'The stream failed with an object'],
    [Symbol('s'), 'The stream failed with Symbol(s)'],
    [[], 'The stream failed with an array'],
  ])('turns %o into %j', (error, message) => {
    expect(toGeminiError(error)).toMatchObject({ kind: 'unknown', retryable: false, message });
  });

  it('keeps the thrown value as the cause', () => {
    const thrown = { message: 'no name' };
    expect(toGeminiError(thrown).cause).toBe(thrown);
    expect(toGeminiError(7).cause).toBe(7);
  });

  it('writes one line, of bounded length', () => {
    const { message } = toGeminiError(new Error(`first\nsecond ${'x'.repeat(10_000)}`));
    expect(message).toMatch(/^first second x+…$/);
    expect(message.length).toBeLessThan(1_000);
  });
});
