import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/testing.md`. */
export const testing: Expectations = {
  'docs/testing: SSE without a server': [{ prints: 'Hello, \nworld.' }],
  'docs/testing: The emulator without a server': [{ prints: /^(rate_limit: waiting\n){2}[^]*am\.$/, needsFetch: true }],
};
