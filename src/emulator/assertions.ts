/** What `setTimeout` can wait; a longer delay would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** Throws unless `value` is a whole number from `least` to `most`. */
export function assertInteger(name: string, value: unknown, least: number, most = Infinity): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${String(least)}` : `from ${String(least)} to ${String(most)}`;
  throw wrongOption(name, `a whole number ${range}`, value);
}

/** Throws unless `value` is a non-negative number of ms that a timer can wait. */
export function assertDelay(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value <= MAX_DELAY) return;
  throw wrongOption(name, 'a non-negative number of ms', value);
}

/** Throws unless `value` is a positive number of ms that a timer can wait. */
export function assertPositiveDelay(name: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value <= MAX_DELAY) return;
  throw wrongOption(name, 'a positive number of ms', value);
}

/** Throws unless `value` is one of `allowed`. */
export function assertOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  throw wrongOption(name, allowed.map(show).join(' or '), value);
}

/** The error of a wrong option: a `RangeError` for a number, else a `TypeError`. */
export function wrongOption(name: string, expected: string, value: unknown): RangeError | TypeError {
  const ErrorClass = typeof value === 'number' ? RangeError : TypeError;
  return new ErrorClass(`Expected \`${name}\` to be ${expected}, got ${show(value)}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
