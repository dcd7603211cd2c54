/**
 * Returns the HTTP status of an error: a number or digits, a status by name, or the status of the response.
 *
 * @param response - The status of the response: more exact than a proxy's own names, less than the names of Google's
 * APIs.
 */
export function statusOf(
  { code, status }: { readonly code?: unknown; readonly status?: unknown },
  response?: number,
): number | undefined {
  const isCanonical = typeof status === 'string' && /^[A-Z_]+$/.test(status);
  const named = statusNamed(status) ?? statusNamed(code);
  return numericStatus(code) ?? (isCanonical ? (named ?? response) : (response ?? named));
}

/** The HTTP status in a code, which may be a text; undefined for a gRPC code, which is below 100. */
function numericStatus(code: unknown): number | undefined {
  const status = typeof code === 'string' ? Number(code) : code;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status < 600 ? status : undefined;
}

function statusNamed(name: unknown): number | undefined {
  return typeof name === 'string' ? statusByName.get(name.toUpperCase().replace(/[\s-]+/g, '_')) : undefined;
}

/**
 * The HTTP statuses by the error names of Google's APIs, the Interactions API and proxies: an event may come without a
 * number.
 */
const statusByName: ReadonlyMap<string, number> = new Map([
  ['INVALID_ARGUMENT', 400],
  ['FAILED_PRECONDITION', 400],
  ['OUT_OF_RANGE', 400],
  ['BAD_REQUEST', 400],
  ['INVALID_REQUEST', 400],
  ['INVALID_REQUEST_ERROR', 400],
  ['PARAMETER_UNKNOWN', 400],
  ['UNAUTHENTICATED', 401],
  ['UNAUTHORIZED', 401],
  ['AUTHENTICATION', 401],
  ['AUTHENTICATION_ERROR', 401],
  ['INVALID_API_KEY', 401],
  ['PAYMENT_REQUIRED', 402],
  ['BILLING_ERROR', 402],
  ['PERMISSION_DENIED', 403],
  ['PERMISSION_ERROR', 403],
  ['FORBIDDEN', 403],
  ['NOT_FOUND', 404],
  ['NOT_FOUND_ERROR', 404],
  ['MODEL_NOT_FOUND', 404],
  ['REQUEST_TIMEOUT', 408],
  ['ABORTED', 409],
  ['ALREADY_EXISTS', 409],
  ['RESOURCE_EXHAUSTED', 429],
  ['RATE_LIMIT_EXCEEDED', 429],
  ['RATE_LIMIT_ERROR', 429],
  ['QUOTA_EXCEEDED', 429],
  ['INSUFFICIENT_QUOTA', 429],
  ['TOO_MANY_REQUESTS', 429],
  ['CANCELLED', 499],
  ['DATA_LOSS', 500],
  ['INTERNAL', 500],
  ['INTERNAL_SERVER_ERROR', 500],
  ['API_ERROR', 500],
  ['UNKNOWN', 500],
  ['UNIMPLEMENTED', 501],
  ['NOT_IMPLEMENTED', 501],
  ['BAD_GATEWAY', 502],
  ['UNAVAILABLE', 503],
  ['SERVICE_UNAVAILABLE', 503],
  ['OVERLOADED_ERROR', 503],
  ['DEADLINE_EXCEEDED', 504],
  ['GATEWAY_TIMEOUT', 504],
]);
