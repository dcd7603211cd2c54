import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/migrating.md`. */
export const migrating: Expectations = {};
