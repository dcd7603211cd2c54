import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/start.md`. */
export const start: Expectations = {};
