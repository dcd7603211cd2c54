import { findErrorBody } from './findErrorBody.js';
import { firstDefined, type ErrorBody } from './errorBody.js';
import { isErrorLike } from './errorLike.js';
import { readField } from './readField.js';
import { retryAfterOf } from './retryAfterOf.js';

/** The fields of a thrown error, each read once: a getter may throw, and the error may be a proxy. */
export interface ThrownError {
  readonly thrown: unknown;
  readonly name: unknown;
  readonly message: string;
  /** The HTTP status of the failed response. */
  readonly status: number | undefined;
  /** The code of the failed system call or library. */
  readonly code: string | undefined;
  readonly cause: unknown;
  /** The error in the body of the response, if a field holds the body; other clients put it into the message. */
  readonly body: ErrorBody | undefined;
  /** The wait of the `Retry-After` header, in ms. */
  readonly retryAfter: number | undefined;
}

/** Reads the fields of a thrown error; undefined if it has neither a message nor the status of a failure. */
export function readThrown(thrown: unknown): ThrownError | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const [message, name, code, response] = (['message', 'name', 'code', 'response'] as const).map((field) =>
    readField(thrown, field),
  );
  const statuses = [readField(thrown, 'status'), readField(thrown, 'statusCode'), readField(response, 'status')];
  const status = statuses.find(Number.isInteger) as number | undefined;
  if (typeof message !== 'string' && (status === undefined || status < 400)) return undefined;
  const error = readField(thrown, 'error');
  return {
    thrown,
    name,
    message: typeof message === 'string' ? message : '',
    status,
    code: typeof code === 'string' ? code : undefined,
    // An `ErrorEvent` holds the error in `error`.
    cause: readField(thrown, 'cause') ?? (isErrorLike(error) ? error : undefined),
    body: firstDefined(
      [
        error,
        readField(thrown, 'body'),
        readField(thrown, 'responseBody'),
        readField(response, 'data'),
        readField(thrown, 'data'),
      ],
      (holder) => findErrorBody(holder, true),
    ),
    retryAfter: retryAfterIn(thrown) ?? retryAfterIn(response),
  };
}

function retryAfterIn(holder: unknown): number | undefined {
  const headers = readField(holder, 'headers') ?? readField(holder, 'responseHeaders');
  try {
    return typeof headers === 'object' ? retryAfterOf(new Headers(headers as HeadersInit)) : undefined;
  } catch {
    return undefined;
  }
}
