/**
 * The kind of a failure.
 *
 * - `cancelled`: a client cancelled the reply: this side, or any client of an interaction.
 * - `auth`: the key is missing or wrong. `permission`: the key does not allow this. `not_found`: the model, the file or
 *   the interaction does not exist.
 * - `invalid_request`: the request is at fault; a repeat fails again.
 * - `rate_limit`: too many requests just now, for the server, a `createRateLimiter` or a busy chat. `quota`: the daily
 *   quota or the credit is used up, or the plan has no quota for the model.
 * - `overloaded`, `server`: the service is at fault. `timeout`: a time limit was reached.
 * - `network`: the connection failed or was reset. `truncated`: the reply broke off or never finished.
 * - `protocol`: the response is not of Gemini's protocol. `overflow`: a limit of this library was reached.
 * - `blocked`: the prompt was blocked. `safety`, `recitation`: the answer was blocked.
 * - `malformed_call`: the model wrote a function call that cannot be read.
 * - `empty`: the reply finished without an answer, with `failOnEmpty`.
 * - `unknown`: any other failure.
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
 * its nesting, the `steps` of a tool loop, or the `memory` of chunks or values that wait for a slow reader.
 *
 * @public
 */
export type OverflowLimit = 'size' | 'depth' | 'steps' | 'memory';

const retryabilityOfKinds: Readonly<Record<GeminiErrorKind, boolean>> = {
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

/** Retryability by name; a map, because the kind may come from another version or from JSON. */
const retryability: ReadonlyMap<unknown, boolean> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(retryabilityOfKinds),
);

/** Whether a repeat of the request may succeed a little later. */
export function isRetryableKind(kind: GeminiErrorKind): boolean {
  return retryability.get(kind) ?? false;
}

/** Whether a value is an {@link OverflowLimit}. */
export function isOverflowLimit(value: unknown): value is OverflowLimit {
  return value === 'size' || value === 'depth' || value === 'steps' || value === 'memory';
}

/** Whether a value is a {@link GeminiErrorKind}. */
export function isKind(value: unknown): value is GeminiErrorKind {
  return retryability.has(value);
}
