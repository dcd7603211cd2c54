import type { GeminiErrorJson } from './geminiError.js';
import type { GeminiErrorKind, OverflowLimit } from './kinds.js';
import { errorFromJson } from './parseSavedError.js';
import { readField } from './readField.js';
import { toGeminiError } from './toGeminiError.js';

/** The fields of an error that may be sent to any client: the kind, a sentence for the kind, and when to retry. @public */
export type PublicError = Omit<GeminiErrorJson, 'name'>;

/**
 * Returns the form of an error that may be sent to any client: its message, which can quote the server, the prompt or a
 * URL, is replaced by a sentence that depends only on the kind. The sinks send this form by themselves; a server needs it
 * for a response of its own, such as in an exception filter.
 *
 * @param cause - Any thrown value; converted as by {@link toGeminiError}.
 * @returns The public form, as plain JSON.
 * @see {@link httpStatusOf} for the status of the response.
 * @example
 * ```ts
 * const error = new GeminiError('Quota of project 12345 exceeded', { kind: 'rate_limit', retryAfter: 12_000 });
 * console.log(publicError(error).message); // 'Too many requests; wait and try again'
 * ```
 * @public
 */
export function publicError(cause: unknown): PublicError {
  const error = toGeminiError(cause);
  // Read with checks: the thrown error may have been changed, or have a `toJSON` or getters of its own.
  const field = readField(error, 'kind');
  const kind = typeof field === 'string' ? (field as GeminiErrorKind) : 'unknown';
  const { name: _, message: __, kind: ___, ...context } = errorFromJson(error).toJSON();
  return { kind, message: sentenceOf(kind, context.limit), ...context };
}

function sentenceOf(kind: GeminiErrorKind, limit: OverflowLimit | undefined): string {
  const byLimit = kind === 'overflow' && limit !== undefined ? sentenceByLimit.get(limit) : undefined;
  return byLimit ?? sentenceByKind.get(kind) ?? 'The reply failed';
}

const byKind: Readonly<Record<GeminiErrorKind, string>> = {
  cancelled: 'The reply was cancelled',
  auth: 'The service is not set up for this',
  permission: 'This is not allowed',
  not_found: 'What was asked for was not found',
  invalid_request: 'The request cannot be answered',
  rate_limit: 'Too many requests; wait and try again',
  quota: 'The quota is used up',
  overloaded: 'The model is overloaded; try again later',
  server: 'The service failed; try again later',
  timeout: 'The reply took too long',
  network: 'The connection to the service failed; try again later',
  truncated: 'The reply broke off',
  protocol: 'The reply cannot be read',
  overflow: 'A limit of the server was reached',
  blocked: 'The prompt was blocked',
  safety: 'The reply was stopped for safety',
  recitation: 'The reply was stopped because it recites a source',
  malformed_call: 'The model made a call that cannot be read',
  empty: 'The model gave no answer; try again',
  unknown: 'The reply failed',
};

const ofLimit: Readonly<Record<OverflowLimit, string>> = {
  size: 'The request or the reply is too large',
  depth: 'The request or the reply is nested too deep',
  steps: 'The reply took too many steps',
  memory: 'Too much of the reply waits for a slow reader',
};
const sentenceByLimit: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(/* @__PURE__ */ Object.entries(ofLimit));

/** A map, because an error of another version of this package may have an unknown kind. */
const sentenceByKind: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(/* @__PURE__ */ Object.entries(byKind));
