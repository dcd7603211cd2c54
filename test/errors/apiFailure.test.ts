import { describe, expect, it } from 'vitest';
import { errorFromBody } from '../../src/errors/apiFailure.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';

const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });
const failure = (...quotaIds: unknown[]) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: quotaIds.map((quotaId) => ({ quotaMetric: 'generate_content_requests', quotaId })),
});
const valued = (quotaId: string, quotaValue: unknown) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaMetric: 'generate_content_requests', quotaId, quotaValue }],
});
const retryInfo = (retryDelay: unknown) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
const perDay = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier';
const perMinute = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier';

describe('errorFromBody: the kind', () => {
  const table: [kind: GeminiErrorKind, retryable: boolean, codes: number[]][] = [
    ['auth', false, [401]],
    ['permission', false, [403]],
    ['not_found', false, [404]],
    ['invalid_request', false, [400, 405, 409, 410, 413, 418, 422, 451, 501]],
    ['rate_limit', true, [429]],
    ['quota', false, [402]],
    ['overloaded', true, [503]],
    ['server', true, [499, 500, 502, 505, 520, 529]],
    ['timeout', true, [408, 504]],
    ['protocol', false, [301, 304]],
  ];
  const rows = table.flatMap(([kind, retryable, codes]) =>
    codes.map((code): [number, string, boolean] => [code, kind, retryable]),
  );

  it.each(rows)('of HTTP %i is %s, retryable: %s', (status, kind, retryable) => {
    expect(errorFromBody({}, { status })).toMatchObject({ kind, status, retryable });
    expect(errorFromBody({ code: status }, {})).toMatchObject({ kind, status, retryable });
    expect(errorFromBody({ code: String(status) }, { status: 200 })).toMatchObject({ kind, status });
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
    expect(errorFromBody({ status: state }, {})).toMatchObject({ kind, status });
    // gRPC's own numbers are no HTTP statuses.
    expect(errorFromBody({ status: state, code: 14 }, {})).toMatchObject({ kind, status });
  });

  it.each([
    ['nothing', {}],
    ['a state that nobody knows', { status: 'NEW' }],
    ['a code that is none', { code: 'x' }],
    ['a code that is not finite', { code: Infinity }],
  ])('of %s is unknown', (_, body) => {
    const error = errorFromBody(body, {});
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
    expect(errorFromBody(body, {})).toMatchObject({ kind });
  });

  it('of a quota per day is not retryable', () => {
    expect(errorFromBody({ code: 429, details: [failure(perDay)] }, {}).retryable).toBe(false);
  });

  it("follows the body's code if the response's status differs", () => {
    expect(errorFromBody({ code: 503 }, { status: 200 })).toMatchObject({ kind: 'overloaded', status: 503 });
  });
});

/** Google's for a limit a minute, a limit a day, and a plan without the model. */
const standard = 'You exceeded your current quota, please check your plan and billing details.';
const exceeded = (limit: string) =>
  `${standard} For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. ` +
  `To monitor your current usage, head to: https://ai.dev/usage?tab=rate-limit. \n` +
  `* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, ` +
  `limit: ${limit}, model: gemini-3-pro\nPlease retry in 53.015s.`;

describe('errorFromBody: exhausted quotas', () => {
  it.each([
    'Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.',
    'Your prepaid credits have been exhausted.',
    'Your prepay balance is depleted, please try again later.',
    'Your project has exceeded its monthly spending cap. Please go to AI Studio to manage your project spend cap.',
    'Spend cap reached for this billing account.',
    'You have reached your monthly cap.',
    'The spending limit of the project was reached.',
    'You have run out of credits.',
    'Insufficient credits. Add more using https://example.com/credits',
    'Your credit balance is too low to access the API.',
    'You have 0 credits remaining.',
    'Monthly budget exceeded for this key.',
    'The budget of this key is used up.',
    'Payment required.',
    'The billing account of project 123 is disabled.',
    'Insufficient funds.',
    'ExceededBudget: the user is over budget.',
    'Hard limit reached.',
    'The consumption limit of the billing period was reached.',
    'Your free trial has ended.',
    'You have reached your API usage limits.',
    'Buy more credits to go on.',
  ])('is exhausted credit: %s', (message) => {
    const error = errorFromBody({ code: 429, status: 'RESOURCE_EXHAUSTED', message }, { retryAfter: 1_000 });
    expect(error).toMatchObject({ kind: 'quota', retryable: false, status: 429 });
    expect(error).not.toHaveProperty('retryAfter');
    expect(error.message).toMatch(
      /^The credit or the spending limit of the account is used up; check its billing \(429\)/,
    );
    expect(error.message).not.toMatch(/\b(?:wait|retry|try again|later|today|day)\b/i);
  });

  it.each([
    ['payment_required', { code: 'payment_required', message: 'No.' }, 402],
    ['quota_exceeded', { code: 'quota_exceeded', message: 'No.' }, 429],
    ['insufficient_quota beside the standard sentence', { code: 'insufficient_quota', message: standard }, 429],
    ['a name as the status', { status: 'QUOTA_EXCEEDED', message: 'No.' }, 429],
    ['a 402', { message: 'No.' }, 402],
  ])('is exhausted credit: %s', (_, body, status) => {
    expect(errorFromBody(body, { status })).toMatchObject({ kind: 'quota', retryable: false, status });
  });

  it.each([
    ['in the sentence', { message: exceeded('0') }],
    ['in the sentence, beside quotas', { message: exceeded('0'), details: [failure(perMinute), retryInfo('53s')] }],
    ['in short', { message: "Quota exceeded for quota metric 'x', limit 0." }],
    ['as the value of a quota', { message: standard, details: [valued(perMinute, '0'), retryInfo('53s')] }],
    ['as a number', { message: standard, details: [valued(perMinute, 0)] }],
    [
      'in the metadata',
      { message: standard, details: [{ reason: 'RATE_LIMIT_EXCEEDED', metadata: { quota_limit_value: '0' } }] },
    ],
  ])('is a plan without the model, by a limit of 0: %s', (_, body) => {
    const error = errorFromBody({ code: 429, ...body }, { retryAfter: 1_000 });
    expect(error).toMatchObject({ kind: 'quota', retryable: false });
    expect(error).not.toHaveProperty('retryAfter');
    expect(error.message).toMatch(/^The account's plan has no quota for this model; check its billing, or use another/);
    expect(error.message).not.toMatch(/\b(?:wait|retry|try again|later|today|day)\b/i);
  });

  it.each([
    ['the id of a quota', { details: [failure(perDay)], message: exceeded('250') }],
    ['an id that ends with it', { details: [failure('GenerateRequestsPerProjectPerModelPerDay')] }],
    ['an abbreviation', { message: 'The RPD limit is reached.' }],
    ['a quota per month', { details: [failure('TokensPerMonth')] }],
    ['the metadata', { details: [{ metadata: { quota_limit: 'RequestsPerDayPerProject' } }] }],
    ['the sentence', { message: "Quota exceeded for limit 'GenerateContent requests per day' of service 'x'." }],
    ['an id in the sentence', { message: 'Quota exceeded for GenerateRequestsPerDayPerProject.' }],
    ['the sentence, otherwise', { message: 'You have reached your daily limit.' }],
  ])('is an exhausted daily quota, by %s', (_, body) => {
    const error = errorFromBody({ code: 429, ...body }, {});
    expect(error).toMatchObject({ kind: 'quota', retryable: false });
    expect(error.message).toMatch(/^The day's quota is used up/);
    expect(error.message).not.toMatch(/retry/i);
  });

  it.each([
    ['the standard sentence alone', { message: standard }],
    ['the standard sentence with a limit', { message: exceeded('15') }],
    ['a limit below 1', { message: exceeded('0.5') }],
    ['a quota per minute', { message: exceeded('15'), details: [failure(perMinute), retryInfo('53s')] }],
    ['a quota per minute with its value', { message: standard, details: [valued(perMinute, '10')] }],
    ['a quota per minute beside words of money', { message: 'Add credits for more.', details: [failure(perMinute)] }],
    ['a value that is empty', { message: standard, details: [valued(perMinute, '')] }],
    ['Resource has been exhausted', { message: 'Resource has been exhausted (e.g. check quota).' }],
    ['Resource exhausted', { message: 'Resource exhausted. Please try again later. Please refer to https://x.' }],
    [
      'a quota of Vertex AI',
      {
        message:
          'Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model ' +
          'with base model: gemini-pro. Please submit a quota increase request.',
      },
    ],
    ['a limit a minute beside an offer', { message: 'You sent 5 requests per minute. Buy credits for more.' }],
    ['too many requests beside an offer', { message: 'Too many requests. Buy credits for more.' }],
    ['a limit a minute beside the limits a day', { message: 'Over 10 requests/min. See the daily limits at x.' }],
    ['credits that were not charged', { message: 'Slow down. No credits were charged.' }],
    ['a limit on how many at once', { message: 'Concurrency limit: 0 slots free.' }],
    ['the budget of a minute', { message: 'The token budget of this minute is exceeded.' }],
    ['rate_limit_exceeded', { code: 'rate_limit_exceeded', message: 'Too many requests' }],
    ['too_many_requests', { code: 'too_many_requests', message: 'Slow down.' }],
  ])('is a rate limit, so that waiting helps: %s', (_, body) => {
    const error = errorFromBody({ code: 429, ...body }, { status: 429 });
    expect(error).toMatchObject({ kind: 'rate_limit', retryable: true });
    expect(error.message).toMatch(/^Too many requests; wait and try again/);
  });
});

describe('errorFromBody: a missing key', () => {
  it.each([
    [403, "Method doesn't allow unregistered callers (callers without established identity). Please use API Key."],
    [401, 'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or …'],
  ])("replaces the service's message by advice: %i", (code, message) => {
    const error = errorFromBody({ code, message }, {});
    expect(error).toMatchObject({ kind: 'auth', retryable: false, status: code });
    expect(error.message).toMatch(/^No API key: set GEMINI_API_KEY/);
    expect(error.message).not.toContain(message);
  });

  it.each([
    'API key expired. Please renew the API key.',
    'API Key not found. Please pass a valid API key.',
    'invalid_grant',
  ])('is not a missing key: %s', (message) => {
    const error = errorFromBody({ code: 400, message }, {});
    expect(error).toMatchObject({ kind: 'auth', status: 400 });
    expect(error.message).toMatch(/^Gemini does not accept the API key or the credentials/);
  });
});

describe('errorFromBody: retryAfter', () => {
  it.each([
    ['whole seconds', '31s', 31_000],
    ['parts of a second', '34.4s', 34_400],
    ['nanoseconds', '34.474327491s', 34_474],
    ['nothing', '0s', 0],
    ['an object', { seconds: 31, nanos: 400_000_000 }, 31_400],
    ['an object with text', { seconds: '31' }, 31_000],
    ['an object with only nanos', { nanos: 5e8 }, 500],
  ])('is the delay of a RetryInfo: %s', (_, delay, expected) => {
    expect(errorFromBody({ code: 429, details: [info('x'), retryInfo(delay)] }, { retryAfter: 1 }).retryAfter).toBe(
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
  ])('is the delay in the sentence: %j', (message, expected) => {
    expect(errorFromBody({ code: 429, message }, { retryAfter: 1 }).retryAfter).toBe(expected);
  });

  it.each([
    ['a RetryInfo that cannot be read', { details: [retryInfo('soon')] }],
    ['a number of too many points', { details: [retryInfo('1.2.3s')] }],
    ['an object that cannot be read', { details: [retryInfo({ seconds: 'x' })] }],
    ['a delay below zero', { details: [retryInfo('-1s')] }],
    ['a delay that is null', { details: [retryInfo(null)] }],
    ['a sentence without a time', { message: 'Please retry in a moment.' }],
    ['nothing', {}],
  ])('is the wait of the header with %s', (_, body) => {
    expect(errorFromBody({ code: 429, ...body }, { retryAfter: 1_500 }).retryAfter).toBe(1_500);
    expect(errorFromBody({ code: 429, ...body }, {})).not.toHaveProperty('retryAfter');
  });
});

describe('errorFromBody: the sentence', () => {
  it.each([
    [
      { code: 404, message: 'models/x is not found' },
      'The model does not exist, or is not for your key; `ai.models.list()` lists the models that you can use (404): models/x is not found',
    ],
    [{ status: 'UNAVAILABLE' }, 'The model is overloaded; try again later (503)'],
    [{ message: 'boom' }, 'The request failed: boom'],
    [
      { code: 502, message: '<html><h1>Bad Gateway</h1></html>' },
      'The service, or a proxy before it, failed with a web page; try again later (502)',
    ],
    [{ code: 400, message: 'first\n second' }, 'Gemini refuses the request (400): first second'],
    [{ code: 400, message: 7 }, 'Gemini refuses the request (400)'],
    [{ code: 400, message: '{"foo": 1}' }, 'Gemini refuses the request (400)'],
    [{ code: 400, message: '[1] is not allowed' }, 'Gemini refuses the request (400): [1] is not allowed'],
    [{ code: 403, message: 'key=secret' }, 'The key or the account may not do this (403): key=[redacted]'],
  ])('of %j is %j', (body, message) => {
    expect(errorFromBody(body, {}).message).toBe(message);
  });

  it('exists for every kind', () => {
    for (const status of [400, 401, 403, 404, 408, 429, 500, 503, 304]) {
      expect(errorFromBody({}, { status }).message).toMatch(/^[A-Z][^\n]+ \(\d+\)$/);
    }
  });
});

it('keeps the cause', () => {
  const cause = new Error('first');
  expect(errorFromBody({}, { cause }).cause).toBe(cause);
});
