import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/errors.md`. */
export const errors: Expectations = {};
