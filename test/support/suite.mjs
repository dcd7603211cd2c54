import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs vitest on the suite and shows its output. Answers what its report counts, and what to say about it. */
export function runSuite({ node = process.execPath, env = process.env, reporter = 'default', args = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-gemini-tests-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = [`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(node, [vitest, 'run', ...reporters, ...args], { cwd: root, env, stdio: 'inherit' });
  const { passed, failed, skipped } = readCounts(report);
  rmSync(folder, { recursive: true, force: true });

  const ok = status === 0 && failed === 0 && passed > 0;
  // A file that cannot be loaded and an unhandled rejection fail the run, but no test.
  if (!ok && failed === 0) console.log(passed > 0 ? 'The run failed outside of its tests.' : 'No test has run.');
  return { ok, counts: `${passed} passed, ${ok ? 0 : Math.max(failed, 1)} failed, ${skipped} skipped` };
}

function readCounts(report) {
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
