import { assertDelay, assertInteger, assertOptions } from '../rx/assertions.js';

/** The JSON body of an error of a Google API. @public */
export interface ApiErrorBody {
  /** The error. */
  readonly error: {
    /** The HTTP status. */
    readonly code: number;
    /** The message. */
    readonly message: string;
    /** The canonical name, e.g. `RESOURCE_EXHAUSTED`. */
    readonly status: string;
    /** More details, each with its `@type`. */
    readonly details?: readonly Readonly<Record<string, unknown>>[];
  };
}

/** Options of {@link apiError}. @public */
export interface ApiErrorOptions {
  /** The HTTP status. */
  readonly code: number;
  /** The canonical name. @defaultValue the name that belongs to `code` */
  readonly status?: string | undefined;
  /** The message. @defaultValue Gemini's sentence for `code` */
  readonly message?: string | undefined;
  /** The wait before a retry, in ms; adds a `google.rpc.RetryInfo`. @defaultValue no wait */
  readonly retryDelay?: number | undefined;
  /**
   * The quota that ran out, e.g. `GenerateRequestsPerDayPerProjectPerModel-FreeTier`; adds a `google.rpc.QuotaFailure`.
   * @defaultValue no quota
   */
  readonly quotaId?: string | undefined;
  /** The machine-readable reason, e.g. `API_KEY_INVALID`; adds a `google.rpc.ErrorInfo`. @defaultValue no reason */
  readonly reason?: string | undefined;
  /** More details, sent unchanged. @defaultValue no details */
  readonly details?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

const apiErrors: Readonly<Record<number, readonly [status: string, message: string]>> = {
  400: ['INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  401: ['UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  403: ['PERMISSION_DENIED', 'The caller does not have permission.'],
  404: ['NOT_FOUND', 'Requested entity was not found.'],
  408: ['DEADLINE_EXCEEDED', 'The request timed out.'],
  409: ['ABORTED', 'The operation was aborted.'],
  429: ['RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.'],
  499: ['CANCELLED', 'The operation was cancelled.'],
  500: ['INTERNAL', 'An internal error has occurred. Please retry.'],
  501: ['UNIMPLEMENTED', 'Operation is not implemented, or supported, or enabled.'],
  503: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  504: ['DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'],
};

/**
 * Makes the JSON body of an error, as Google's APIs send it.
 *
 * @param options - See {@link ApiErrorOptions}.
 * @returns Plain data, for a scenario's `error` or `errorAfter.error`.
 * @throws RangeError - At the call, if `code` is not an HTTP error status or `retryDelay` is negative.
 * @example
 * ```ts
 * const quotaId = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier';
 * const busy = apiError({ code: 429, retryDelay: 31_000, quotaId });
 * const emulator = await startEmulator({ reply: ({ index }) => (index === 0 ? { error: busy } : 'Here I am.') });
 * ```
 * @public
 */
export function apiError(options: ApiErrorOptions): ApiErrorBody {
  assertOptions(options);
  const { code, reason, retryDelay, quotaId } = options;
  assertInteger('code', code, 400, 599);
  if (retryDelay !== undefined) assertDelay('retryDelay', retryDelay);

  const [knownStatus, knownMessage] =
    apiErrors[code] ??
    (code < 500 ? ['FAILED_PRECONDITION', 'Precondition check failed.'] : ['UNKNOWN', 'Unknown error.']);
  const { status = knownStatus, message = knownMessage, details: more = [] } = options;
  const details = [...more];
  if (reason !== undefined) details.push(errorInfo(reason));
  if (quotaId !== undefined) details.push(quotaFailure(quotaId));
  if (retryDelay !== undefined) details.push(retryInfo(retryDelay));
  return { error: { code, message, status, ...(details.length > 0 && { details }) } };
}

const errorInfo = (reason: string) => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
  metadata: { service: 'generativelanguage.googleapis.com' },
});

const quotaFailure = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [
    {
      quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
      quotaId,
      quotaDimensions: { location: 'global', model: 'gemini-2.5-flash' },
      quotaValue: '20',
    },
  ],
});

/** A protobuf `Duration` in JSON is in seconds: `34.4s`. */
const retryInfo = (retryDelay: number) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay: `${String(retryDelay / 1000)}s`,
});
