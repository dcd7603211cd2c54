// Runs vitest with its usual output, and prints `N passed, N failed, N skipped` as the last line.
// Arguments go to vitest: `npm test -- test/chunk`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const folder = mkdtempSync(join(tmpdir(), 'rxjs-gemini-tests-'));
const report = join(folder, 'report.json');

const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
const { passed, failed, skipped } = readCounts();
rmSync(folder, { recursive: true, force: true });

const ok = status === 0 && failed === 0 && passed > 0;
// A file that cannot be loaded and an unhandled rejection fail the run, but no test.
const failures = ok ? 0 : Math.max(failed, 1);
if (!ok && failed === 0) console.log(passed > 0 ? 'The run failed outside of its tests.' : 'No test has run.');
console.log(`${passed} passed, ${failures} failed, ${skipped} skipped`);
process.exitCode = ok ? 0 : 1;

function readCounts() {
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    return {
      passed: counts.numPassedTests,
      failed: counts.numFailedTests,
      skipped: counts.numPendingTests + counts.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
