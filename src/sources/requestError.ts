import { errorFromBody } from '../errors/apiFailure.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import type { FetchCapture } from './fetchCapture.js';
import { isSdkTimeout, sdkTimeout } from './sdkTimeout.js';

/** The error of a request that the SDK did not answer, with what only the response's headers told. */
export function requestError(cause: unknown, signal: AbortSignal, capture: FetchCapture | undefined): GeminiError {
  if (isSdkTimeout(cause, signal)) return sdkTimeout(cause);
  const error = toGeminiError(cause, { retryAfter: capture?.failed?.retryAfter });
  if (error.status !== undefined || error.kind === 'cancelled') return error;
  // The SDK drops the status of an error whose body it cannot read.
  if (capture?.failed) return errorFromBody({}, { ...capture.failed, cause });
  if (error.kind !== 'unknown' || capture?.isCalled !== false) return error;
  // Nothing was sent: the SDK could not build the request.
  const kind = /credential|authenticat|api key/i.test(error.message) ? 'auth' : 'invalid_request';
  return new GeminiError(`The SDK could not build the request: ${error.message}`, { kind, cause });
}
