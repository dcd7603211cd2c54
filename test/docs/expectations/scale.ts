import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/scale.md`. */
export const scale: Expectations = {};
