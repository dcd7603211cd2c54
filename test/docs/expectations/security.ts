import { printResponse, shown, text, type Expectations } from './expectation.js';

/** The results of the examples in `docs/security.md`. */
export const security: Expectations = {
  'docs/security: The key stays on the server': [{ prints: '' }],
};
