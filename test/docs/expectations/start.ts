import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/start.md`. */
export const start: Expectations = {
  'docs/start: A script': [
    {
      prints: /^You asked:\n\n> Why is the sky blue\?[^]*nothing else has to change\.\s+complete \{/i,
      needsFetch: true,
    },
  ],
  'docs/start: A script with progress, Ctrl-C and cost': [
    {
      prints:
        /^waiting, 0 tokens[^]*\ranswering, \d+ tokens[^]*\rcomplete, 232 tokens[^]*\ncomplete \{ outputTokens: 232, timeToFirstText: \d+, cost: 0\.0005\d+ \}$/,
      needsFetch: true,
    },
  ],
};
