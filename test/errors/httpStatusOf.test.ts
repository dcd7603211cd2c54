import { describe, expect, it } from 'vitest';
import { GeminiError } from '../../src/errors/geminiError.js';
import { httpStatusOf } from '../../src/errors/httpStatusOf.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';

const statuses: Readonly<Record<GeminiErrorKind, number>> = {
  cancelled: 502,
  auth: 502,
  permission: 502,
  not_found: 404,
  invalid_request: 400,
  rate_limit: 429,
  quota: 429,
  overloaded: 503,
  server: 502,
  timeout: 504,
  network: 502,
  truncated: 502,
  protocol: 502,
  overflow: 413,
  blocked: 422,
  safety: 422,
  recitation: 422,
  malformed_call: 502,
  empty: 502,
  unknown: 502,
};

describe('httpStatusOf', () => {
  it.each(Object.entries(statuses))('answers a failure of kind %s with %i', (kind, status) => {
    // The status that the service had sent is not passed on: a 401 would log the client out.
    expect(httpStatusOf(new GeminiError('Failed', { kind: kind as GeminiErrorKind, status: 401 }))).toBe(status);
  });

  it.each<[string, unknown, number]>([
    ["the SDK's error", Object.assign(new Error('{"error":{"code":429}}'), { status: 429 }), 429],
    ['a failure of fetch', new TypeError('fetch failed'), 502],
    ['nothing', undefined, 502],
    ['a kind of a later version', Object.assign(new GeminiError('x', { kind: 'unknown' }), { kind: 'later' }), 502],
  ])('converts %s', (_, thrown, status) => {
    expect(httpStatusOf(thrown)).toBe(status);
  });
});
