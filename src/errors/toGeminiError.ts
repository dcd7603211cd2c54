import { describe } from '../internal/assertions.js';
import { apiError, errorBodyOf } from './apiErrorBody.js';
import { GeminiError, isGeminiError } from './geminiError.js';
import type { GeminiErrorKind } from './kinds.js';
import { redact } from './redact.js';

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
    return new GeminiError(`The stream failed with ${describe(error)}`, { kind: 'unknown', cause: error });
  }
  return fromHttp(error, context) ?? fromName(error) ?? fromConnection(error) ?? fromSdk(error) ?? unknown(error);
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly status?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value;
}

/** The SDK's `ApiError` by its shape: the body is in the message, after a prefix if it came mid-stream. */
function fromHttp(error: ErrorLike, { retryAfter }: ToGeminiErrorContext): GeminiError | undefined {
  if (typeof error.status !== 'number') return undefined;
  const body = errorBodyOf(parsed(error.message.replace(/^got status: \S+\. /, '')));
  return apiError(unnested(body) ?? { message: error.message }, { status: error.status, retryAfter, cause: error });
}

/** The SDK puts a body that is not `application/json` whole into `error.message`, and it may be Google's JSON. */
function unnested(body: ReturnType<typeof errorBodyOf>): ReturnType<typeof errorBodyOf> {
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
  if (error.name === 'TimeoutError') return made('timeout', 'The time was up before the reply was whole', error);
  if (error.name === 'AbortError') return made('cancelled', 'The request was cancelled', error);
  if (error.name === 'SyntaxError') return made('protocol', 'What came is not JSON', error);
  return undefined;
}

/** `fetch` hides what happened in the cause. */
function fromConnection(error: ErrorLike): GeminiError | undefined {
  const cause = isErrorLike(error.cause) ? error.cause : undefined;
  const code = String(cause?.code ?? error.code ?? '');
  if (/^UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT$|^ETIMEDOUT$/.test(code)) {
    return made('timeout', 'The service took too long', error);
  }
  // The other side closed in the middle of the reply; a reset is a matter of the network.
  if (error.message === 'terminated' && code !== 'ECONNRESET') {
    return made('truncated', 'The connection was closed before the reply was whole', error);
  }
  const isNetwork =
    /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|UND_ERR_SOCKET|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code) ||
    (error.name === 'TypeError' && /fetch|network|load failed|terminated/i.test(error.message));
  if (!isNetwork) return undefined;
  const detail = cause?.message ? `: ${redact(cause.message)}` : '';
  return made('network', `There is no connection to the service, or it was reset${detail}`, error);
}

/** The sentences of the SDK's own reader. */
function fromSdk(error: ErrorLike): GeminiError | undefined {
  if (error.message.startsWith('Incomplete JSON segment')) {
    return made('truncated', 'The reply broke off in the middle of an event', error);
  }
  if (error.message === 'Response body is empty') return made('protocol', 'The response has no body', error);
  // The SDK throws a bare Error for a status outside 400 to 599.
  const body = errorBodyOf(parsed(error.message));
  return body && apiError(body, { cause: error, status: typeof body.code === 'number' ? body.code : undefined });
}

function unknown(error: ErrorLike): GeminiError {
  return made('unknown', redact(error.message) || 'The stream failed', error);
}

function made(kind: GeminiErrorKind, message: string, cause: ErrorLike): GeminiError {
  return new GeminiError(message, { kind, cause });
}
