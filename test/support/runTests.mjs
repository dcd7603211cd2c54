// Runs vitest with its usual output, and prints `N passed, N failed, N skipped` as the last line.
// Arguments go to vitest: `npm test -- test/chunk`, `npm test -- --project unit`.
import { runSuite } from './suite.mjs';

const { ok, counts } = runSuite({ args: process.argv.slice(2) });
console.log(counts);
process.exitCode = ok ? 0 : 1;
