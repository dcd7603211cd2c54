import { isObservable } from 'rxjs';
import { builtInClassOf } from './builtInClassOf.js';
import { isObject } from './isObject.js';
import { maxTimerDelay } from './maxTimerDelay.js';

/** Checks of options: each throws at the call, with a sentence of the expected and the received value. */

/** Throws unless `value` is a finite number above 0. */
export function assertPositive(name: string, value: unknown): void {
  if (isNumber(value) && value > 0) return;
  throw wrongNumber(name, 'a positive number', value);
}

/** Throws unless `value` is a finite number of 0 or more. */
export function assertNonNegative(name: string, value: unknown): void {
  if (isNumber(value) && value >= 0) return;
  throw wrongNumber(name, 'a non-negative number', value);
}

/** Throws unless `value` is a delay of 0 ms or more that a timer can wait. */
export function assertDelay(name: string, value: unknown): void {
  if (isNumber(value) && value >= 0 && value <= maxTimerDelay) return;
  throw wrongNumber(name, 'a non-negative number of ms', value);
}

/** Throws unless `value` is a delay of more than 0 ms that a timer can wait. */
export function assertPositiveDelay(name: string, value: unknown): void {
  if (isNumber(value) && value > 0 && value <= maxTimerDelay) return;
  throw wrongNumber(name, 'a positive number of ms', value);
}

/** Throws unless `value` is a whole number from `least` to `most`. */
export function assertInteger(name: string, value: unknown, least: number, most = Infinity): void {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw wrongNumber(name, `a whole number ${range}`, value);
}

/** Throws unless `value` is one of `choices`. */
export function assertOneOf(name: string, value: unknown, choices: readonly unknown[]): void {
  if (!choices.includes(value)) throw typeError(name, choices.map(describe).join(' or '), value);
}

/** Throws unless `value` is a function or undefined. */
export function assertFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw typeError(name, 'a function', value);
}

/** Throws unless `value` is `true` or `false`. */
export function assertBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw typeError(name, 'true or false', value);
}

/**
 * Throws unless `value` is an object of options. Called before the options are destructured, and after they are
 * defaulted. Unknown names are accepted, as TypeScript accepts an object with more fields.
 *
 * @param form - An example of the call, for the sentence.
 */
export function assertOptions(value: unknown, name = 'options', form?: string): void {
  if (!isObject(value)) throw typeError(name, form === undefined ? 'an object' : `an object, as in \`${form}\``, value);
  const builtIn = builtInClassOf(value);
  if (builtIn) throw new TypeError(`Expected \`${name}\` to be an object with fields of its own, got ${builtIn}`);
}

/**
 * Throws unless at least one of several optional options is there.
 *
 * @param options - The options by name; undefined counts as absent.
 */
export function assertAtLeastOne(options: Readonly<Record<string, unknown>>): void {
  if (Object.values(options).some((value) => value !== undefined)) return;
  const names = Object.keys(options).map((name) => `\`${name}\``);
  const last = names.pop() ?? '';
  const list = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
  throw new TypeError(`Expected at least one of ${list}, got none`);
}

/** Throws unless `value` is a string. */
export function assertString(name: string, value: unknown): void {
  if (typeof value !== 'string') throw typeError(name, 'a string', value);
}

/** Throws unless `value` is an Observable. */
export function assertObservable(name: string, value: unknown): void {
  if (!isObservable(value)) throw typeError(name, 'an Observable', value);
}

/** Makes the error of an option of the wrong type. */
export function typeError(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(sentence(name, expected, value));
}

/** Makes the error of an option of the right type that is out of range. */
export function rangeError(name: string, expected: string, value: unknown): RangeError {
  return new RangeError(sentence(name, expected, value));
}

function wrongNumber(name: string, expected: string, value: unknown): RangeError | TypeError {
  return typeof value === 'number' ? rangeError(name, expected, value) : typeError(name, expected, value);
}

function sentence(name: string, expected: string, value: unknown): string {
  return `Expected \`${name}\` to be ${expected}, got ${describe(value)}`;
}

/** The longest text that a sentence quotes, in UTF-16 units. A longer text may be a key. */
const longestQuote = 32;

/** Describes a value for a sentence: short, and without the content of objects and long texts. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    if (value.length > longestQuote) return `a string of ${value.length} characters`;
    return `'${value.replace(/\r/g, '\\r').replace(/\n/g, '\\n')}'`;
  }
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
