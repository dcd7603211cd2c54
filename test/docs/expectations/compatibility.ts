import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/compatibility.md`. */
export const compatibility: Expectations = {};
