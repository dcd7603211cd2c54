import { apiError, type ErrorContext } from './apiErrorBody.js';
import { errorBodyOf } from './errorBody.js';
import { GeminiError } from './geminiError.js';
import { isKind, isOverflowLimit } from './kinds.js';

/** The error that a server's JSON describes: our public form, Google's, or a proxy's own; undefined if it is none. */
export function receivedError(json: unknown, context: ErrorContext = {}): GeminiError | undefined {
  const body = errorBodyOf(json);
  return publicErrorOf(json, context) ?? (body && apiError(body, context));
}

/** The error of a public form, bare or as `{ error }`. It comes from elsewhere, so only what is right is taken. */
export function publicErrorOf(json: unknown, context: ErrorContext): GeminiError | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  if ('error' in json) return publicErrorOf(json.error, context);
  const { kind, message, retryable, retryAfter, status, finishReason, blockReason, limit } = json as Record<
    string,
    unknown
  >;
  if (!isKind(kind) || typeof message !== 'string') return undefined;
  return new GeminiError(message, {
    kind,
    retryable: typeof retryable === 'boolean' ? retryable : undefined,
    retryAfter: typeof retryAfter === 'number' ? retryAfter : context.retryAfter,
    status: typeof status === 'number' ? status : context.status,
    finishReason: typeof finishReason === 'string' ? finishReason : undefined,
    blockReason: typeof blockReason === 'string' ? blockReason : undefined,
    limit: isOverflowLimit(limit) ? limit : undefined,
  });
}
