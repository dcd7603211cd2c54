import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/security.md`. */
export const security: Expectations = {};
