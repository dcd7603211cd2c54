import { assertOptions, describe } from '../rx/assertions.js';
import { errorFromBody } from './apiFailure.js';
import { findErrorBody } from './findErrorBody.js';
import { hasName } from './errorLike.js';
import { GeminiError, isGeminiError, withContext } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { statusOf } from './httpStatus.js';
import { isMissingKey, missingKeyAdvice } from './missingKey.js';
import { safeExcerpt } from './safeExcerpt.js';
import { parseSavedError } from './parseSavedError.js';
import { readThrown, type ThrownError } from './readThrown.js';

/** What is known of an error beside itself. @public */
export interface ToGeminiErrorContext {
  /** What the server's `Retry-After` header asked for, in ms. */
  readonly retryAfter?: number | undefined;
}

/**
 * Turns anything that was thrown into a {@link GeminiError}: the SDK's `ApiError`, an abort, `fetch`'s failures, a
 * parse error. A `GeminiError` is returned as it is.
 *
 * @param error - What was thrown.
 * @param context - What is known beside it.
 * @returns The error, with what was thrown as its `cause`.
 * @example
 * ```ts
 * const error = toGeminiError(new TypeError('fetch failed'));
 * console.log(error.kind, error.retryable); // 'network' true
 * ```
 * @public
 */
export function toGeminiError(error: unknown, context: ToGeminiErrorContext = {}): GeminiError {
  assertOptions(context, 'context');
  try {
    return judged(error, context, maxCauses);
  } catch {
    // It cannot be looked at, as a revoked proxy.
    return new GeminiError('The stream failed with an object', { kind: 'unknown' });
  }
}

/** The most causes of causes that are looked at: an error may be its own. */
const maxCauses = 8;

function judged(thrown: unknown, context: ToGeminiErrorContext, causes: number): GeminiError {
  if (isGeminiError(thrown)) {
    if (isSound(thrown)) return thrown;
    const saved = parseSavedError(thrown);
    if (saved) return saved;
  }
  const error = readThrown(thrown);
  if (!error) return notAnError(thrown, context);
  if (isWrapper(error) && causes > 0) return judged(error.cause, context, causes - 1);
  return (
    fromHttp(error, context) ??
    fromName(error) ??
    fromConnection(error) ??
    fromSdk(error, context) ??
    fromCause(error, context, causes) ??
    fromFields(error, context) ??
    unknown(error)
  );
}

/** Whether an error that has the mark is as it was made: anybody can set the mark, and change an error. */
function isSound(error: GeminiError): boolean {
  try {
    const { kind, message, retryable, retryAfter, status, partial, cause: _, stack: __ } = error;
    return (
      [kind, message].every((text) => typeof text === 'string') &&
      typeof retryable === 'boolean' &&
      [retryAfter, status].every((number) => number === undefined || typeof number === 'number') &&
      (partial === undefined || typeof partial === 'object') &&
      typeof error.toJSON === 'function' &&
      !Object.hasOwn(error, 'toJSON')
    );
  } catch {
    return false;
  }
}

/** Some reject with the JSON of an error, or with its text. */
function notAnError(thrown: unknown, { retryAfter }: ToGeminiErrorContext): GeminiError {
  const body = findErrorBody(thrown);
  if (body) return errorFromBody(body, { retryAfter, cause: thrown });
  const what = typeof thrown === 'string' ? `'${safeExcerpt(thrown)}'` : describe(thrown);
  return new GeminiError(`The stream failed with ${what}`, { kind: 'unknown', cause: thrown });
}

/** The SDK wraps what is no `Error` to it, which an error of another realm (Jest's, a frame's) is not. */
function isWrapper({ message, cause }: ThrownError): boolean {
  return cause !== undefined && /^exception [^]* sending request$/.test(message);
}

/** The failure of a request by its status: the SDK's `ApiError` has the body in its message, others in a field. */
function fromHttp(error: ThrownError, { retryAfter }: ToGeminiErrorContext): GeminiError | undefined {
  const { status, message } = error;
  if (status === undefined || status < 300) return undefined;
  const context = { status, retryAfter: retryAfter ?? error.retryAfter, cause: error.thrown };
  return errorFromBody(
    findErrorBody(message.replace(/^got status: [^{[]*/, ''), true) ?? error.body ?? { message },
    context,
  );
}

/** The failure that a caller, or a library between, wrapped in an error of its own. */
function fromCause(error: ThrownError, context: ToGeminiErrorContext, causes: number): GeminiError | undefined {
  if (error.cause === undefined || causes === 0) return undefined;
  const cause = judged(error.cause, context, causes - 1);
  return cause.kind === 'unknown' ? undefined : withContext(cause, { cause: error.thrown });
}

/** The failure that an object describes by fields of its own: a status by name, or an error within. */
function fromFields(error: ThrownError, { retryAfter }: ToGeminiErrorContext): GeminiError | undefined {
  const body = findErrorBody(error.thrown);
  if (!body || statusOf(body) === undefined) return undefined;
  return errorFromBody(body, { retryAfter: retryAfter ?? error.retryAfter, cause: error.thrown });
}

function fromName(error: ThrownError): GeminiError | undefined {
  const { name, message, cause } = error;
  // Node's own `AbortError` has the signal's reason as its cause.
  if (name === 'TimeoutError' || (name === 'AbortError' && hasName(cause, 'TimeoutError'))) {
    return made('timeout', 'The time was up before the reply was whole', error);
  }
  if (name === 'AbortError') return made('cancelled', 'The request was cancelled', error);
  // All engines name it; a `SyntaxError` of a pattern or a script is the caller's.
  if (name === 'SyntaxError' && message.includes('JSON')) return made('protocol', 'What came is not JSON', error);
  return undefined;
}

/** `fetch` hides what happened in the cause. */
function fromConnection(error: ThrownError): GeminiError | undefined {
  const cause = readThrown(error.cause);
  const code = cause?.code ?? error.code ?? '';
  const detail = safeExcerpt(cause?.message ?? '') || code;
  const said = detail === '' ? '' : `: ${detail}`;
  if (timeoutCodes.test(code)) return made('timeout', 'The service took too long', error);
  if (code.startsWith('HPE_')) return made('protocol', `The answer is not HTTP${said}`, error);
  // The other side closed in the middle of the reply; a reset is a matter of the network.
  if (cutCodes.test(code) || (error.message === 'terminated' && !networkCodes.test(code))) {
    return made('truncated', 'The connection was closed before the reply was whole', error);
  }
  const isNetwork = networkCodes.test(code) || error.name === 'NetworkError';
  if (!isNetwork && !(error.name === 'TypeError' && fetchFailures.test(error.message))) return undefined;
  return made('network', `There is no connection to the service, or it was reset${said}`, error);
}

const timeoutCodes = /^(?:UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$/;
const cutCodes = /^(?:ERR_STREAM_PREMATURE_CLOSE|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;
const networkCodes =
  /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|EPROTO|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/**
 * The sentences of Node, Chrome, Safari, Firefox, React Native and Workers. Others with `fetch` are bugs of a caller.
 */
const fetchFailures =
  /^(?:fetch failed|failed to fetch\b|load failed|a?\s*network ?error\b|network request failed|network connection lost|the network connection was lost|the internet connection appears to be offline|error in input stream)/i;

/** The sentences of the SDK's own reader, and of the library that it signs requests with. */
function fromSdk(error: ThrownError, { retryAfter }: ToGeminiErrorContext): GeminiError | undefined {
  const { message } = error;
  if (message.startsWith('Incomplete JSON segment')) {
    return made('truncated', 'The reply broke off in the middle of an event', error);
  }
  if (message === 'Response body is empty') return made('protocol', 'The response has no body', error);
  if (isMissingKey(message)) return made('auth', missingKeyAdvice, error);
  // The SDK throws a bare Error for a status outside 400 to 599.
  const body = findErrorBody(message);
  return body && errorFromBody(body, { retryAfter: retryAfter ?? error.retryAfter, cause: error.thrown });
}

function unknown(error: ThrownError): GeminiError {
  return made('unknown', safeExcerpt(error.message) || 'The stream failed', error);
}

function made(kind: GeminiErrorKind, message: string, { thrown: cause }: ThrownError): GeminiError {
  return new GeminiError(message, { kind, cause });
}
