import { readField } from './readField.js';

/** An error of any realm, a `DOMException`, or what passes for one. */
export interface ErrorLike {
  readonly message: string;
  readonly name?: unknown;
  readonly stack?: unknown;
  readonly status?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** Whether an error has that name: of any realm, with a message or without. */
export function hasName(error: unknown, name: string): boolean {
  return typeof error === 'object' && readField(error, 'name') === name;
}

export function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && typeof readField(value, 'message') === 'string';
}
