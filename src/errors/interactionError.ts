import { isObject } from '../rx/isObject.js';
import { errorFromBody, type ErrorContext } from './apiFailure.js';
import { GeminiError } from './geminiError.js';

/** The context of a failure of an interaction. */
export type InteractionErrorContext = Pick<ErrorContext, 'hasContent' | 'partial' | 'cause'>;

/**
 * Makes the error that an `error` event, or the field `error` of an interaction, describes. The kind is that of the
 * code; an error without a code is one of the server.
 *
 * JSON that is no event (an HTTP body, a bare `[{ "error": … }]` in the stream) and errors that the SDK throws are
 * classified by the same codes: `parseServerError(json, { status, retryAfter, hasContent, partial })` and
 * `toGeminiError` end in `errorFromBody` as well.
 *
 * @param error - The error of the server.
 */
export function interactionError(error: unknown, context: InteractionErrorContext = {}): GeminiError {
  const { code, message }: Readonly<Record<string, unknown>> = isObject(error) ? error : {};
  const isCoded = code !== undefined && code !== null && code !== '';
  return errorFromBody(
    { code: isCoded ? code : undefined, message },
    // The code has no field of its own in an error.
    { cause: error, ...context, ...(!isCoded && { otherKind: 'server' }) },
  );
}

/**
 * Returns the failure that the status of an interaction means: `failed` by the code of its error, `cancelled`,
 * `budget_exceeded`; undefined for the statuses that are no failure.
 *
 * @param status - The status.
 * @param error - The error of the interaction or of its last step, if the server sent one; its code may be a number of
 * gRPC.
 */
export function interactionStatusError(
  status: string,
  error: unknown,
  context: InteractionErrorContext = {},
): GeminiError | undefined {
  if (status === 'cancelled' || status === 'budget_exceeded') {
    const message = isObject(error) ? error['message'] : undefined;
    return errorFromBody({ code: status, message }, context);
  }
  if (status !== 'failed') return undefined;
  if (!isObject(error))
    return new GeminiError('The interaction failed', {
      kind: 'server',
      partial: context.partial,
      cause: context.cause,
    });
  const { code, message, details } = error;
  const name = typeof code === 'number' ? grpcNames[code] : undefined;
  const body = name === undefined ? { code, message, details } : { status: name, message, details };
  return errorFromBody(body, { ...context, otherKind: 'server' });
}

/** The names of the codes of gRPC, by their number: an error of a step has such a code. */
const grpcNames: readonly (string | undefined)[] = [
  undefined,
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
