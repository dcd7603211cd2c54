import { errorFromBody } from '../errors/apiFailure.js';
import { hasName } from '../errors/errorLike.js';
import { GeminiError, withContext } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import type { SdkFetch } from './sdkFetch.js';

/**
 * The error of a request that the SDK rejects: an HTTP error, with the status and the `Retry-After` of the response; a
 * request that was not sent; or the SDK's timeout.
 */
export function sdkRequestError(cause: unknown, signal: AbortSignal, sdkFetch: SdkFetch | undefined): GeminiError {
  if (isSdkTimeout(cause, signal)) return sdkTimeout(cause);
  const error = toGeminiError(cause, { retryAfter: sdkFetch?.failed?.retryAfter });
  if (error.status !== undefined || error.kind === 'cancelled') return error;
  // The SDK drops the status of an error whose body it cannot read.
  if (sdkFetch?.failed) return errorFromBody({}, { ...sdkFetch.failed, cause });
  if (error.kind !== 'unknown' || sdkFetch?.isCalled !== false) return error;
  // Nothing was sent: the SDK could not build the request.
  const kind = /credential|authenticat|api key/i.test(error.message) ? 'auth' : 'invalid_request';
  return new GeminiError(`The SDK could not build the request: ${error.message}`, { kind, cause });
}

/** The error of the SDK's `httpOptions.timeout`. The SDK reports it as an abort like any other. */
export function sdkTimeout(cause?: unknown): GeminiError {
  return new GeminiError("The time that the SDK's `httpOptions.timeout` allows was up", { kind: 'timeout', cause });
}

/** Whether an abort came from the SDK's own timeout, and not from this library. */
export function isSdkTimeout(cause: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && hasName(cause, 'AbortError');
}

/**
 * The cause for an error of the SDK's interactions: the error without its request and its response, whose streams and
 * headers a log would print on hundreds of lines. The server's words stay, as `body`.
 */
export function withShortCause(error: GeminiError): GeminiError {
  const { cause } = error;
  if (!(cause instanceof Error)) return error;
  const { name, message, stack, status, body, rawResponse } = cause as InteractionsApiError;
  if (rawResponse === undefined) return error;
  const short = Object.assign(new Error(message), { stack, status, body });
  Object.defineProperty(short, 'name', { value: name });
  return withContext(error, { cause: short });
}

/** An HTTP error that the SDK throws for interactions. */
interface InteractionsApiError extends Error {
  readonly status?: unknown;
  readonly body?: unknown;
  readonly rawResponse?: unknown;
}
