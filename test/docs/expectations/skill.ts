import type { Expectations } from './expectation.js';

/** The results of the examples in `SKILL.md`. */
export const skill: Expectations = {};
