import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/conversations.md`. */
export const conversations: Expectations = {};
