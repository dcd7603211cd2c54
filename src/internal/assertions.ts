/** Checks of options: each throws at the call, and says what was expected and what came. */

/** @throws RangeError - If `value` is not a finite number above 0. */
export function assertPositive(name: string, value: number, unit = ''): void {
  if (!(value > 0 && Number.isFinite(value))) throw rangeError(name, `a positive number${unit}`, value);
}

/** @throws RangeError - If `value` is not a finite number of 0 or more. */
export function assertNonNegative(name: string, value: number, unit = ''): void {
  if (!(value >= 0 && Number.isFinite(value))) throw rangeError(name, `a non-negative number${unit}`, value);
}

/** @throws RangeError - If `value` is not a whole number of `least` or more. */
export function assertInteger(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw rangeError(name, `a whole number of at least ${String(least)}`, value);
  }
}

/** @throws TypeError - If `value` is not one of the listed strings. */
export function assertOneOf(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return;
  throw typeError(name, choices.map((choice) => `'${choice}'`).join(' or '), value);
}

/** @throws TypeError - If `value` is neither undefined nor a function. */
export function assertFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw typeError(name, 'a function', value);
}

export function typeError(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(sentence(name, expected, value));
}

export function rangeError(name: string, expected: string, value: unknown): RangeError {
  return new RangeError(sentence(name, expected, value));
}

function sentence(name: string, expected: string, value: unknown): string {
  return `Expected \`${name}\` to be ${expected}, got ${describe(value)}`;
}

/** A value in words that fit into a sentence: short, and without the content of objects. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
