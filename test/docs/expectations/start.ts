import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/start.md`. */
export const start: Expectations = {
  'docs/start: A script': [
    {
      prints: /^You asked:\n\n> Why is the sky blue\?[^]*nothing else has to change\.\s+complete \{/i,
      needsFetch: true,
    },
  ],
};
