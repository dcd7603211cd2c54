import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/operators.md`. */
export const operators: Expectations = {
  'docs/operators: The order': [{ prints: /^waiting \n[^]*complete 3\n[^]*complete Hello, world\. Here I am\.$/ }],
  'docs/operators: Read': [{ prints: 'Hello, world. STOP 7\nHello,  2' }],
};
