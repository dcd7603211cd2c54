import { isObject } from '../../rx/isObject.js';
import { apiError, type ApiErrorBody } from '../apiError.js';
import { reasonPhrase } from '../reasonPhrase.js';
import { fieldOf } from '../requestBody.js';

/** The body of an error of the Interactions API, which has a word where other methods have a number. */
export interface CodedErrorBody {
  readonly error: { readonly code: string; readonly message: string };
}

/** The HTTP status of each code whose status is not 400. The first code of a status is its own. */
const statusOfCode: Readonly<Record<string, number>> = {
  invalid_request: 400,
  authentication: 401,
  payment_required: 402,
  permission_denied: 403,
  not_found: 404,
  model_not_found: 404,
  aborted: 409,
  already_exists: 409,
  out_of_range: 416,
  rate_limit_exceeded: 429,
  quota_exceeded: 429,
  too_many_requests: 429,
  cancelled: 499,
  api_error: 500,
  unimplemented: 501,
  service_unavailable: 503,
  deadline_exceeded: 504,
  gateway_timeout: 504,
};

/** Makes the error of a code, with a sentence of its own or that of its HTTP status. */
export function codedError(code: string, message?: string): CodedErrorBody {
  return { error: { code, message: message ?? apiError({ code: statusOfErrorCode(code) }).error.message } };
}

/** The HTTP status of a code: 400 for the codes of a refused request or answer. */
export function statusOfErrorCode(code: string): number {
  return statusOfCode[code] ?? 400;
}

/** The code of an HTTP status: a word of the API, or the words of HTTP. */
function codeOfStatus(status: number): string {
  const known = Object.keys(statusOfCode).find((code) => statusOfCode[code] === status);
  return known ?? (reasonPhrase(status) || 'api_error').toLowerCase().replace(/\W+/g, '_');
}

/** An error of a scenario on this API: one with a number as its code is translated, any other is sent unchanged. */
export function toCodedError(error: unknown): { readonly body: object; readonly status: number } {
  const { code, message } = isObject(fieldOf(error, 'error')) ? (error as ApiErrorBody).error : {};
  if (typeof code === 'number') {
    // The service answers a wrong key with 400 elsewhere, and with its word for 401 here.
    const status = hasWrongKey(error) ? 401 : code;
    const word = hasDailyQuota(error) ? 'quota_exceeded' : codeOfStatus(status);
    return { body: codedError(word, message), status };
  }
  const status = typeof code === 'string' ? statusOfErrorCode(code) : 500;
  return { body: isObject(error) ? error : {}, status };
}

const hasWrongKey = (error: unknown): boolean => JSON.stringify(error).includes('"API_KEY_INVALID"');

/** Whether a quota of a day ran out, for which this API has a word of its own. */
const hasDailyQuota = (error: unknown): boolean => /"quotaId":"[^"]*PerDay/.test(JSON.stringify(error));

/** The event of an error within a stream. */
export function streamErrorEvent(error: unknown): Readonly<Record<string, unknown>> {
  return { event_type: 'error', ...toCodedError(error).body };
}
