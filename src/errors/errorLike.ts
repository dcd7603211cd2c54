import { readField } from './readField.js';

/** An error of any realm, a `DOMException`, or an object with the fields of an error. */
export interface ErrorLike {
  readonly message: string;
  readonly name?: unknown;
  readonly stack?: unknown;
  readonly status?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** Whether a value is an error with that name, of any realm, with or without a message. */
export function hasName(error: unknown, name: string): boolean {
  return typeof error === 'object' && readField(error, 'name') === name;
}

/** Whether a value is an object with a message. */
export function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && typeof readField(value, 'message') === 'string';
}
