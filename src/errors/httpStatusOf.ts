import type { GeminiErrorKind } from './kinds.js';
import { readField } from './readField.js';
import { toGeminiError } from './toGeminiError.js';

/**
 * Returns the HTTP status with which a server answers its own client when a reply has failed before any part of it was
 * sent, such as in an exception filter. It is not the status that the model's service had sent to the server.
 *
 * `rate_limit` and `quota` are 429, `overloaded` is 503, `timeout` 504, `invalid_request` 400, `not_found` 404,
 * `blocked`, `safety` and `recitation` 422, `overflow` 413. All other kinds are 502: `auth` and `permission` too, because
 * the server's key is at fault and a 401 would log the client out.
 *
 * @param error - Any thrown value; converted as by {@link toGeminiError}.
 * @returns The status, from 400 to 599; never throws.
 * @see {@link publicError} for the body of the response.
 * @example
 * ```ts
 * const error = new GeminiError('Slow down', { kind: 'rate_limit', retryAfter: 12_000 });
 * console.log(httpStatusOf(error)); // 429
 * ```
 * @public
 */
export function httpStatusOf(error: unknown): number {
  // Read with a check: a getter of the thrown error may throw at any read.
  return statusByKind.get(readField(toGeminiError(error), 'kind')) ?? 502;
}

const statusByKind: ReadonlyMap<unknown, number> = new Map<GeminiErrorKind, number>([
  ['invalid_request', 400],
  ['not_found', 404],
  ['overflow', 413],
  ['blocked', 422],
  ['safety', 422],
  ['recitation', 422],
  ['rate_limit', 429],
  ['quota', 429],
  ['overloaded', 503],
  ['timeout', 504],
]);
