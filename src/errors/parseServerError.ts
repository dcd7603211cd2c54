import { errorFromBody, type ErrorContext } from './apiFailure.js';
import { findErrorBody } from './findErrorBody.js';
import type { GeminiError } from './geminiError.js';
import { isKind } from './kinds.js';
import { parseSavedError } from './parseSavedError.js';

/** Makes the error that a server's JSON describes: our public form, Google's or a proxy's; undefined for other JSON. */
export function parseServerError(json: unknown, context: ErrorContext = {}): GeminiError | undefined {
  const body = findErrorBody(json);
  return parsePublicError(json, context) ?? (body && errorFromBody(body, context));
}

/** The deepest nesting of `error` fields: a sink writes one, and each proxy may add another. */
const maxNesting = 10;

/**
 * Makes the error of a public form, bare or as `{ error }`; undefined if its kind is not a {@link GeminiErrorKind}.
 *
 * @param levels - The maximum number of levels of nesting that are read.
 */
export function parsePublicError(json: unknown, context: ErrorContext, levels = maxNesting): GeminiError | undefined {
  if (typeof json !== 'object' || json === null || levels === 0) return undefined;
  if ('error' in json) return parsePublicError(json.error, context, levels - 1);
  return 'kind' in json && isKind(json.kind) ? parseSavedError(json, context) : undefined;
}
