import { deepStrictEqual } from 'node:assert/strict';

/**
 * Whether two values are the same data, to the last field: `toStrictEqual`, but right about own keys named `__proto__`
 * and `constructor`.
 */
export function expectSameData(actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected);
}
