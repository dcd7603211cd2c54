import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/wire.md`. */
export const wire: Expectations = {};
