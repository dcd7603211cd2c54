import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/testing.md`. */
export const testing: Expectations = {};
