// Runs vitest with its usual output, and prints `N passed, N failed, N skipped` as the last line.
// Arguments go to vitest: `npm test -- test/chunk`, `npm test -- --project unit`.
import { spawnSync } from 'node:child_process';
import { runSuite } from './suite.mjs';

const { ok, counts } = runSuite({ args: process.argv.slice(2) });
if (spawnSync('redis-server', ['--version']).error)
  console.log(
    'Left out, and counted as skipped: the tests of replies over Redis, which need the program `redis-server`.',
  );
console.log(counts);
process.exitCode = ok ? 0 : 1;
