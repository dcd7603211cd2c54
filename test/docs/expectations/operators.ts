import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/operators.md`. */
export const operators: Expectations = {};
