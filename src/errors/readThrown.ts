import { findErrorBody } from './findErrorBody.js';
import type { ErrorBody } from './errorBody.js';
import { isErrorLike } from './errorLike.js';
import { readField } from './readField.js';
import { retryAfterOf } from './retryAfterOf.js';

/** The fields of an error that was thrown, each read once: its getters may throw, and it may be a proxy. */
export interface ThrownError {
  readonly thrown: unknown;
  readonly name: unknown;
  readonly message: string;
  /** The HTTP status of the response that failed. */
  readonly status: number | undefined;
  /** The code of the system or of the library that failed. */
  readonly code: string | undefined;
  readonly cause: unknown;
  /** The error in the body of the response, if a field holds it; clients that put it into the message have none. */
  readonly body: ErrorBody | undefined;
  /** From the `Retry-After` header, in ms. */
  readonly retryAfter: number | undefined;
}

/** The error in a thrown value; undefined if it has neither a message nor the status of a failure. */
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
    // An `ErrorEvent` has the error in a field of its own.
    cause: readField(thrown, 'cause') ?? (isErrorLike(error) ? error : undefined),
    body: bodyIn([
      error,
      readField(thrown, 'body'),
      readField(thrown, 'responseBody'),
      readField(response, 'data'),
      readField(thrown, 'data'),
    ]),
    retryAfter: retryAfterIn(thrown) ?? retryAfterIn(response),
  };
}

function bodyIn(values: readonly unknown[]): ErrorBody | undefined {
  for (const value of values) {
    const body = findErrorBody(value, true);
    if (body) return body;
  }
  return undefined;
}

function retryAfterIn(holder: unknown): number | undefined {
  const headers = readField(holder, 'headers') ?? readField(holder, 'responseHeaders');
  try {
    return typeof headers === 'object' ? retryAfterOf(new Headers(headers as HeadersInit)) : undefined;
  } catch {
    return undefined;
  }
}
