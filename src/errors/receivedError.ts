import { apiError, type ErrorContext } from './apiErrorBody.js';
import { errorBodyOf } from './errorBody.js';
import type { GeminiError } from './geminiError.js';
import { isKind } from './kinds.js';
import { savedError } from './savedError.js';

/** The error that a server's JSON describes: our public form, Google's, or a proxy's own; undefined if it is none. */
export function receivedError(json: unknown, context: ErrorContext = {}): GeminiError | undefined {
  const body = errorBodyOf(json);
  return publicErrorOf(json, context) ?? (body && apiError(body, context));
}

/** The deepest nesting of `error`s: ours are in one, and a proxy puts it into another. */
const maxNesting = 10;

/** The error of a public form, bare or as `{ error }`; undefined if its kind is not one of ours. */
export function publicErrorOf(json: unknown, context: ErrorContext): GeminiError | undefined {
  let form = json;
  for (let depth = 0; depth < maxNesting; depth++) {
    if (typeof form !== 'object' || form === null) return undefined;
    if (!('error' in form)) return 'kind' in form && isKind(form.kind) ? savedError(form, context) : undefined;
    form = form.error;
  }
  return undefined;
}
