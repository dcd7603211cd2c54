import { describe } from '../internal/assertions.js';
import { apiError, errorBodyOf } from './apiErrorBody.js';
import { isErrorLike, type ErrorLike } from './errorLike.js';
import { GeminiError, isGeminiError } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { quoted } from './quoted.js';

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
  if (isGeminiError(error)) return error;
  if (!isErrorLike(error)) {
    const what = describe(typeof error === 'string' ? quoted(error) : error);
    return new GeminiError(`The stream failed with ${what}`, { kind: 'unknown', cause: error });
  }
  if (isWrapper(error)) return toGeminiError(error.cause, context);
  return fromHttp(error, context) ?? fromName(error) ?? fromConnection(error) ?? fromSdk(error) ?? unknown(error);
}

/** The SDK wraps what is no `Error` to it, which an error of another realm (Jest's, a frame's) is not. */
function isWrapper({ message, cause }: ErrorLike): boolean {
  return isErrorLike(cause) && /^exception [^]* sending request$/.test(message);
}

/** The SDK's `ApiError` by its shape: the body is in the message, after a prefix if it came mid-stream. */
function fromHttp(error: ErrorLike, { retryAfter }: ToGeminiErrorContext): GeminiError | undefined {
  const { status, message } = error;
  if (typeof status !== 'number' || status < 300) return undefined;
  return apiError(bodyIn(message.replace(/^got status: [^{[]*/, '')) ?? { message }, {
    status,
    retryAfter,
    cause: error,
  });
}

/** The body in an error's message. One that is not `application/json` is within another, which the SDK makes. */
function bodyIn(message: string): ReturnType<typeof errorBodyOf> {
  const body = errorBodyOf(parsed(message));
  return (typeof body?.message === 'string' ? errorBodyOf(parsed(body.message)) : undefined) ?? body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromName(error: ErrorLike): GeminiError | undefined {
  const { name, message, cause } = error;
  // Node's own `AbortError` has the signal's reason as its cause.
  if (name === 'TimeoutError' || (name === 'AbortError' && isErrorLike(cause) && cause.name === 'TimeoutError')) {
    return made('timeout', 'The time was up before the reply was whole', error);
  }
  if (name === 'AbortError') return made('cancelled', 'The request was cancelled', error);
  // All engines name it; a `SyntaxError` of a pattern or a script is the caller's.
  if (name === 'SyntaxError' && message.includes('JSON')) return made('protocol', 'What came is not JSON', error);
  return undefined;
}

/** `fetch` hides what happened in the cause. */
function fromConnection(error: ErrorLike): GeminiError | undefined {
  const cause = isErrorLike(error.cause) ? error.cause : undefined;
  const code = codeOf(cause) ?? codeOf(error) ?? '';
  const detail = quoted(cause?.message ?? '') || code;
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

function codeOf(error: ErrorLike | undefined): string | undefined {
  return typeof error?.code === 'string' ? error.code : undefined;
}

const timeoutCodes = /^(?:UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$/;
const cutCodes = /^(?:ERR_STREAM_PREMATURE_CLOSE|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;
const networkCodes =
  /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|EPROTO|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** What Node, Chrome, Safari, Firefox, React Native and Workers say. Other sentences with `fetch` are a caller's bug. */
const fetchFailures =
  /^(?:fetch failed|failed to fetch\b|load failed|a?\s*network ?error\b|network request failed|network connection lost|the network connection was lost|the internet connection appears to be offline|error in input stream)/i;

/** The sentences of the SDK's own reader, and of what it signs requests with. */
function fromSdk(error: ErrorLike): GeminiError | undefined {
  const { message } = error;
  if (message.startsWith('Incomplete JSON segment')) {
    return made('truncated', 'The reply broke off in the middle of an event', error);
  }
  if (message === 'Response body is empty') return made('protocol', 'The response has no body', error);
  if (message.startsWith('Could not load the default credentials')) return made('auth', quoted(message), error);
  // The SDK throws a bare Error for a status outside 400 to 599.
  const body = bodyIn(message);
  return body && apiError(body, { cause: error });
}

function unknown(error: ErrorLike): GeminiError {
  return made('unknown', quoted(error.message) || 'The stream failed', error);
}

function made(kind: GeminiErrorKind, message: string, cause: ErrorLike): GeminiError {
  return new GeminiError(message, { kind, cause });
}
