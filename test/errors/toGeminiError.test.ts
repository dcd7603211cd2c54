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

  it('takes all that the body says', () => {
    const cause = sdkError(`got status: RESOURCE_EXHAUSTED. ${JSON.stringify(limited)}`, 429);
    expect(toGeminiError(cause, { retryAfter: 1 })).toMatchObject({
      status: 429,
      retryAfter: 34_400,
      message: "The day's quota is used up (429): You exceeded your current quota.",
      cause,
    });
  });

  it("takes the header's delay where the body has none", () => {
    expect(toGeminiError(sdkError(JSON.stringify(busy), 503), { retryAfter: 5_000 }).retryAfter).toBe(5_000);
  });

  it('puts no web page and no JSON into the sentence', () => {
    const page = sdkError(nested('<!DOCTYPE html><html></html>', 502, 'Bad Gateway'), 502);
    expect(toGeminiError(page).message).toBe('The service failed; try again later (502)');
    expect(toGeminiError(sdkError('<html></html>', 502)).message).toBe('The service failed; try again later (502)');
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

  it('says what lies behind', () => {
    const { message } = toGeminiError(fetchFailed('ENOTFOUND', 'getaddrinfo ENOTFOUND host.example'));
    expect(message).toBe('There is no connection to the service, or it was reset: getaddrinfo ENOTFOUND host.example');
    // Node leaves the message empty where it tried several addresses.
    expect(toGeminiError(fetchFailed('ECONNREFUSED', '')).message).toMatch(/: ECONNREFUSED$/);
    expect(toGeminiError(new TypeError('Failed to fetch')).message).toMatch(/or it was reset$/);
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
  it('returns a GeminiError as it is', () => {
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
  ])('makes of %o: %j', (error, message) => {
    expect(toGeminiError(error)).toMatchObject({ kind: 'unknown', retryable: false, message });
  });

  it('keeps what was thrown as the cause', () => {
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
