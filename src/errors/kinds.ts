/**
 * The kind of a failure, in one word.
 *
 * - `cancelled`: this side cancelled. Never the server.
 * - `auth`: no key, or a wrong one. `permission`: the key may not do this. `not_found`: no such model or file.
 * - `invalid_request`: the request is at fault; the same one fails again.
 * - `rate_limit`: too many requests just now, for the server, a `createRateLimiter` or a busy chat. `quota`: the day's
 *   allowance or the credit is used up, or the plan has none for the model.
 * - `overloaded`, `server`: the service is at fault. `timeout`: something took too long.
 * - `network`: no connection, or it was reset. `truncated`: the reply broke off or never finished.
 * - `protocol`: the response is not of Gemini's protocol. `overflow`: a limit of this library was reached.
 * - `blocked`: the prompt was blocked. `safety`, `recitation`: the answer was.
 * - `malformed_call`: the model wrote a function call that cannot be read.
 * - `empty`: the reply finished without an answer, with `failOnEmpty`.
 * - `unknown`: none of these.
 *
 * @public
 */
export type GeminiErrorKind =
  | 'cancelled'
  | 'auth'
  | 'permission'
  | 'not_found'
  | 'invalid_request'
  | 'rate_limit'
  | 'quota'
  | 'overloaded'
  | 'server'
  | 'timeout'
  | 'network'
  | 'truncated'
  | 'protocol'
  | 'overflow'
  | 'blocked'
  | 'safety'
  | 'recitation'
  | 'malformed_call'
  | 'empty'
  | 'unknown';

/**
 * The limit of this library that an error of kind `overflow` names: the `size` of a reply or an event, the `depth` of
 * its nesting, the `steps` of a tool loop, or the `memory` that chunks take while they wait for a slow reader.
 *
 * @public
 */
export type OverflowLimit = 'size' | 'depth' | 'steps' | 'memory';

const isRetryable: Readonly<Record<GeminiErrorKind, boolean>> = {
  cancelled: false,
  auth: false,
  permission: false,
  not_found: false,
  invalid_request: false,
  rate_limit: true,
  quota: false,
  overloaded: true,
  server: true,
  timeout: true,
  network: true,
  truncated: true,
  protocol: false,
  overflow: false,
  blocked: false,
  safety: false,
  recitation: false,
  malformed_call: true,
  empty: true,
  unknown: false,
};

/** By name, as a kind may come from elsewhere. */
const kinds: ReadonlyMap<unknown, boolean> = new Map(Object.entries(isRetryable));

/** Whether the same request may well succeed a little later. */
export function isRetryableKind(kind: GeminiErrorKind): boolean {
  return kinds.get(kind) ?? false;
}

/** Whether a value is a limit that an error can name. */
export function isOverflowLimit(value: unknown): value is OverflowLimit {
  return value === 'size' || value === 'depth' || value === 'steps' || value === 'memory';
}

/** Whether a value is a kind. */
export function isKind(value: unknown): value is GeminiErrorKind {
  return kinds.has(value);
}
