import { assertOptions, describe } from '../rx/assertions.js';
import { errorFromBody } from './apiFailure.js';
import { hasKnownCode } from './errorBody.js';
import { connectionError, errorOfThrown } from './connectionError.js';
import { findErrorBody } from './findErrorBody.js';
import { hasName } from './errorLike.js';
import { GeminiError, isGeminiError, withContext } from './geminiError.js';
import { isMissingKey, missingKeyAdvice } from './missingKey.js';
import { safeExcerpt } from './safeExcerpt.js';
import { parseSavedError } from './parseSavedError.js';
import { readThrown, type ThrownError } from './readThrown.js';

/** The context of a thrown error. @public */
export interface ToGeminiErrorContext {
  /** The wait that the server's `Retry-After` header asked for, in ms; a `RetryInfo` in the error's body wins. */
  readonly retryAfter?: number | undefined;
}

/**
 * Turns any thrown value into a {@link GeminiError}: the SDK's `ApiError`, an abort, a failure of `fetch`, a parse
 * error. A `GeminiError` is returned unchanged.
 *
 * @param error - The thrown value.
 * @param context - The context of the error.
 * @returns The error, with the thrown value as its `cause`.
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
    return classify(error, context, maxCauses);
  } catch {
    // An object that throws on any access, such as a revoked proxy.
    return new GeminiError('The stream failed with an object', { kind: 'unknown' });
  }
}

/** The longest chain of causes that is followed; an error may be its own cause. */
const maxCauses = 8;

function classify(thrown: unknown, context: ToGeminiErrorContext, causes: number): GeminiError {
  if (isGeminiError(thrown)) {
    if (isSound(thrown)) return thrown;
    const saved = parseSavedError(thrown);
    if (saved) return saved;
  }
  const error = readThrown(thrown);
  if (!error) return notAnError(thrown, context);
  if (isWrapper(error) && causes > 0) return classify(error.cause, context, causes - 1);
  return (
    fromHttp(error, context) ??
    fromName(error) ??
    connectionError(error) ??
    fromSdk(error, context) ??
    fromCause(error, context, causes) ??
    fromFields(error, context) ??
    unknownError(error)
  );
}

/** Whether an error that has the mark has valid fields: other code can set the mark, or change an error. */
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

/** The error of a thrown value that is not an error: some libraries throw the JSON of an error, or its text. */
function notAnError(thrown: unknown, { retryAfter }: ToGeminiErrorContext): GeminiError {
  const body = findErrorBody(thrown);
  if (body) return errorFromBody(body, { retryAfter, cause: thrown });
  const what = typeof thrown === 'string' ? `'${safeExcerpt(thrown)}'` : describe(thrown);
  return new GeminiError(`The stream failed with ${what}`, { kind: 'unknown', cause: thrown });
}

/**
 * Whether the SDK wrapped the error: it wraps every value that is not an `Error` of its own realm, as in Jest or a
 * frame.
 */
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

/** The failure that the caller, or another library, wrapped in another error. */
function fromCause(error: ThrownError, context: ToGeminiErrorContext, causes: number): GeminiError | undefined {
  if (error.cause === undefined || causes === 0) return undefined;
  const cause = classify(error.cause, context, causes - 1);
  return cause.kind === 'unknown' ? undefined : withContext(cause, { cause: error.thrown });
}

/** The failure that the object's own fields describe: a status by name, or an error in a field. */
function fromFields(error: ThrownError, { retryAfter }: ToGeminiErrorContext): GeminiError | undefined {
  const body = findErrorBody(error.thrown);
  if (!body || !hasKnownCode(body)) return undefined;
  return errorFromBody(body, { retryAfter: retryAfter ?? error.retryAfter, cause: error.thrown });
}

function fromName(error: ThrownError): GeminiError | undefined {
  const { name, message, cause } = error;
  // Node's own `AbortError` has the signal's reason as its cause.
  if (name === 'TimeoutError' || (name === 'AbortError' && hasName(cause, 'TimeoutError'))) {
    return errorOfThrown('timeout', 'The time ran out before the reply was complete', error);
  }
  if (name === 'AbortError') return errorOfThrown('cancelled', 'The request was cancelled', error);
  // The messages of all engines contain `JSON`; a `SyntaxError` of a pattern or a script is the caller's.
  if (name === 'SyntaxError' && message.includes('JSON'))
    return errorOfThrown('protocol', 'The response is not JSON', error);
  return undefined;
}

/** The failure that a message of the SDK's own reader, or of the library that signs its requests, describes. */
function fromSdk(error: ThrownError, { retryAfter }: ToGeminiErrorContext): GeminiError | undefined {
  const { message } = error;
  if (message.startsWith('Incomplete JSON segment')) {
    return errorOfThrown('truncated', 'The reply broke off in the middle of an event', error);
  }
  if (message === 'Response body is empty') return errorOfThrown('protocol', 'The response has no body', error);
  if (isMissingKey(message)) return errorOfThrown('auth', missingKeyAdvice, error);
  // The SDK throws a bare Error for a status outside 400 to 599.
  const body = findErrorBody(message);
  return body && errorFromBody(body, { retryAfter: retryAfter ?? error.retryAfter, cause: error.thrown });
}

function unknownError(error: ThrownError): GeminiError {
  return errorOfThrown('unknown', safeExcerpt(error.message) || 'The stream failed', error);
}
