import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/frontEnds.md`. */
export const frontEnds: Expectations = {};
