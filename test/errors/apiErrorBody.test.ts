import { describe, expect, it } from 'vitest';
import { apiError, errorBodyOf } from '../../src/errors/apiErrorBody.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';

const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });
const failure = (...quotaIds: unknown[]) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: quotaIds.map((quotaId) => ({ quotaMetric: 'generate_content_requests', quotaId })),
});
const retryInfo = (retryDelay: unknown) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
const perDay = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier';
const perMinute = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier';

describe('errorBodyOf', () => {
  it.each([
    ["Google's JSON", { error: { code: 503 } }, { code: 503 }],
    ['a list of one', [{ error: { code: 503 } }], { code: 503 }],
    ["a proxy's own", { error: 'no route' }, { message: 'no route' }],
    [
      'a framework',
      { statusCode: 404, error: 'Not Found', message: 'There is no reply x' },
      { message: 'There is no reply x' },
    ],
  ])('finds the error of %s', (_, body, expected) => {
    expect(errorBodyOf(body)).toEqual(expected);
  });

  it.each([[undefined], [null], ['error'], [[]], [{}], [{ candidates: [] }], [{ error: null }], [[null]]])(
    'finds none in %j',
    (body) => {
      expect(errorBodyOf(body)).toBeUndefined();
    },
  );
});

describe('apiError: the kind', () => {
  const table: [kind: GeminiErrorKind, retryable: boolean, codes: number[]][] = [
    ['auth', false, [401]],
    ['permission', false, [403]],
    ['not_found', false, [404]],
    ['invalid_request', false, [400, 402, 405, 409, 410, 413, 418, 422, 451, 501]],
    ['rate_limit', true, [429]],
    ['overloaded', true, [503]],
    ['server', true, [499, 500, 502, 505, 520, 529]],
    ['timeout', true, [408, 504]],
    ['protocol', false, [301, 304]],
  ];
  const rows = table.flatMap(([kind, retryable, codes]) =>
    codes.map((code): [number, string, boolean] => [code, kind, retryable]),
  );

  it.each(rows)('of HTTP %i is %s, retryable: %s', (status, kind, retryable) => {
    expect(apiError({}, { status })).toMatchObject({ kind, status, retryable });
    expect(apiError({ code: status }, {})).toMatchObject({ kind, status, retryable });
    expect(apiError({ code: String(status) }, { status: 200 })).toMatchObject({ kind, status });
  });

  it.each([
    ['INVALID_ARGUMENT', 'invalid_request', 400],
    ['FAILED_PRECONDITION', 'invalid_request', 400],
    ['OUT_OF_RANGE', 'invalid_request', 400],
    ['UNAUTHENTICATED', 'auth', 401],
    ['PERMISSION_DENIED', 'permission', 403],
    ['NOT_FOUND', 'not_found', 404],
    ['ABORTED', 'invalid_request', 409],
    ['ALREADY_EXISTS', 'invalid_request', 409],
    ['RESOURCE_EXHAUSTED', 'rate_limit', 429],
    ['CANCELLED', 'server', 499],
    ['INTERNAL', 'server', 500],
    ['UNKNOWN', 'server', 500],
    ['DATA_LOSS', 'server', 500],
    ['UNIMPLEMENTED', 'invalid_request', 501],
    ['UNAVAILABLE', 'overloaded', 503],
    ['DEADLINE_EXCEEDED', 'timeout', 504],
  ])('of %s without a code is %s', (state, kind, status) => {
    expect(apiError({ status: state }, {})).toMatchObject({ kind, status });
    // gRPC's own numbers are no HTTP statuses.
    expect(apiError({ status: state, code: 14 }, {})).toMatchObject({ kind, status });
  });

  it.each([
    ['nothing', {}],
    ['a state that nobody knows', { status: 'NEW' }],
    ['a code that is none', { code: 'x' }],
    ['a code that is not finite', { code: Infinity }],
  ])('of %s is unknown', (_, body) => {
    const error = apiError(body, {});
    expect(error).toMatchObject({ kind: 'unknown', retryable: false, message: 'The request failed' });
    expect(error).not.toHaveProperty('status');
  });

  it.each([
    ['API_KEY_INVALID as a 400', { code: 400, status: 'INVALID_ARGUMENT', details: [info('API_KEY_INVALID')] }, 'auth'],
    ['a wrong key in words', { code: 400, message: 'API key not valid. Please pass a valid API key.' }, 'auth'],
    ['another reason', { code: 403, details: [info('SERVICE_DISABLED')] }, 'permission'],
    ['a quota per day', { code: 429, details: [failure(perDay)] }, 'quota'],
    ['a quota per day without a code', { status: 'RESOURCE_EXHAUSTED', details: [failure(perDay)] }, 'quota'],
    ['a quota per day among others', { code: 429, details: [info('x'), failure(perMinute, perDay)] }, 'quota'],
    ['a quota per minute', { code: 429, details: [failure(perMinute)] }, 'rate_limit'],
    ['a quota without a name', { code: 429, details: [failure(undefined)] }, 'rate_limit'],
    ['violations that are no list', { code: 429, details: [{ violations: 'PerDay' }] }, 'rate_limit'],
    ['details that are no list', { code: 429, details: 'PerDay' }, 'rate_limit'],
    ['details that are null', { code: 429, details: [null, 1] }, 'rate_limit'],
  ])('of %s', (_, body, kind) => {
    expect(apiError(body, {})).toMatchObject({ kind });
  });

  it('of a quota per day is not retryable', () => {
    expect(apiError({ code: 429, details: [failure(perDay)] }, {}).retryable).toBe(false);
  });

  it("is of the body's code where that and the response's status differ", () => {
    expect(apiError({ code: 503 }, { status: 200 })).toMatchObject({ kind: 'overloaded', status: 503 });
  });
});

describe('apiError: retryAfter', () => {
  it.each([
    ['whole seconds', '31s', 31_000],
    ['parts of a second', '34.4s', 34_400],
    ['nanoseconds', '34.474327491s', 34_474],
    ['nothing', '0s', 0],
    ['an object', { seconds: 31, nanos: 400_000_000 }, 31_400],
    ['an object with text', { seconds: '31' }, 31_000],
    ['an object with only nanos', { nanos: 5e8 }, 500],
  ])('is what RetryInfo says: %s', (_, delay, expected) => {
    expect(apiError({ code: 429, details: [info('x'), retryInfo(delay)] }, { retryAfter: 1 }).retryAfter).toBe(
      expected,
    );
  });

  it.each([
    ['Please retry in 53.01s.', 53_010],
    ['You exceeded your current quota.\n* limit: 20\nPlease retry in 17s.', 17_000],
    ['Please retry in 1m2.5s.', 62_500],
    ['Please retry in 1h0m3s', 3_603_000],
    ['Please retry in 2m', 120_000],
    ['Please retry in 813.449906ms.', 813],
  ])('is what the sentence says: %j', (message, expected) => {
    expect(apiError({ code: 429, message }, { retryAfter: 1 }).retryAfter).toBe(expected);
  });

  it.each([
    ['a RetryInfo that cannot be read', { details: [retryInfo('soon')] }],
    ['a number of too many points', { details: [retryInfo('1.2.3s')] }],
    ['an object that cannot be read', { details: [retryInfo({ seconds: 'x' })] }],
    ['a delay below zero', { details: [retryInfo('-1s')] }],
    ['a delay that is null', { details: [retryInfo(null)] }],
    ['a sentence without a time', { message: 'Please retry in a moment.' }],
    ['nothing', {}],
  ])("is the header's with %s", (_, body) => {
    expect(apiError({ code: 429, ...body }, { retryAfter: 1_500 }).retryAfter).toBe(1_500);
    expect(apiError({ code: 429, ...body }, {})).not.toHaveProperty('retryAfter');
  });
});

describe('apiError: the sentence', () => {
  it.each([
    [{ code: 404, message: 'models/x is not found' }, 'There is no such model or file (404): models/x is not found'],
    [{ status: 'UNAVAILABLE' }, 'The model is overloaded; try again later (503)'],
    [{ message: 'boom' }, 'The request failed: boom'],
    [{ code: 502, message: '<html><h1>Bad Gateway</h1></html>' }, 'The service failed; try again later (502)'],
    [{ code: 400, message: 'first\n second' }, 'Gemini refuses the request (400): first second'],
    [{ code: 400, message: 7 }, 'Gemini refuses the request (400)'],
    [{ code: 403, message: 'key=secret' }, 'The key or the account may not do this (403): key=[redacted]'],
  ])('of %j is %j', (body, message) => {
    expect(apiError(body, {}).message).toBe(message);
  });

  it('is there for every kind', () => {
    for (const status of [400, 401, 403, 404, 408, 429, 500, 503, 304]) {
      expect(apiError({}, { status }).message).toMatch(/^[A-Z][^\n]+ \(\d+\)$/);
    }
  });
});

it('keeps the cause', () => {
  const cause = new Error('first');
  expect(apiError({}, { cause }).cause).toBe(cause);
});
