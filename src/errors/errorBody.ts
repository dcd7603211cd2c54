import { definedFields } from '../rx/definedFields.js';
import { isObject } from '../rx/isObject.js';
import { statusOf } from './httpStatus.js';
import { outcomeFailure } from './outcomeCodes.js';
import { readField } from './readField.js';

/** An error as the JSON of a server describes it; an absent field is unknown. */
export interface ErrorBody {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

/** The fields of received JSON. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** Whether JSON is a piece of a reply, whose other fields may hold anything. */
export function isReply(fields: JsonFields): boolean {
  const candidates = readField(fields, 'candidates');
  return (Array.isArray(candidates) && candidates.length > 0) || typeof readField(fields, 'text') === 'string';
}

/** The value of the field `error`, or of `errors`. */
export function errorField(fields: JsonFields): unknown {
  return readField(fields, 'error') ?? readField(fields, 'errors');
}

/** Whether JSON is an error: by its field `error`, or by a status of a failure and a message. */
export function isErrorBody(fields: JsonFields): boolean {
  return hasError(fields) || isBareError(fields);
}

/** Whether JSON has a field `error` that holds an error. An empty object beside a reply is a placeholder. */
function hasError(fields: JsonFields): boolean {
  const error = errorField(fields);
  if (error === true || typeof error === 'number') return messageOf(fields) !== undefined;
  if (Array.isArray(error)) return error.length > 0;
  if (isObject(error)) return !isReply(fields) || Object.keys(error).length > 0;
  return typeof error === 'string' && error !== '';
}

/** Whether JSON has the fields of an error, without an `error` around them. */
function isBareError(fields: JsonFields): boolean {
  if (isReply(fields) || messageOf(fields) === undefined) return false;
  const body = toErrorBody(fields);
  return (statusOf(body) ?? 0) >= 400 || outcomeFailure(body.code) !== undefined;
}

/** Reads the error that the fields of JSON describe, under the names of Google's errors. */
export function toErrorBody(fields: JsonFields): ErrorBody {
  const names = [readField(fields, 'status'), readField(fields, 'type')];
  const [error] = [errorField(fields)].flat();
  return definedFields({
    code: codeOf(fields),
    status: names.find((name) => typeof name === 'string'),
    message: messageOf(fields) ?? (typeof error === 'string' ? error : undefined),
    details: readField(fields, 'details'),
  });
}

function codeOf(fields: JsonFields): unknown {
  const numbers = [readField(fields, 'status'), readField(fields, 'error')];
  return (
    firstDefined(['code', 'statusCode', 'status_code'], (name) => readField(fields, name)) ??
    numbers.find((value) => typeof value === 'number')
  );
}

function messageOf(fields: JsonFields): string | undefined {
  return firstDefined(['message', 'error_description', 'detail', 'title', 'faultstring', 'msg', 'Message'], (name) => {
    const text = readField(fields, name);
    return typeof text === 'string' && text !== '' ? text : undefined;
  });
}

/** Whether the code or the status of an error tells the kind of the failure. */
export function hasKnownCode(body: ErrorBody): boolean {
  return statusOf(body) !== undefined || outcomeFailure(body.code) !== undefined;
}

/** Completes the inner error by fields that only the outer error has. Code and status stay together. */
export function mergeErrorBodies(outer: ErrorBody, inner: ErrorBody): ErrorBody {
  const { code, status } = hasKnownCode(inner) ? inner : outer;
  const message = inner.message ?? outer.message;
  const details = [inner.details, outer.details].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return definedFields({ code, status, message, details: details.length > 0 ? details : undefined });
}

/** Returns the first result of `each` that is not undefined. */
export function firstDefined<T, R>(items: readonly T[], each: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = each(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
