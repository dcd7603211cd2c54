// Mutates the pure sources and runs the unit tests on each mutant: `npm run test:mutation`, hours on two cores, for the
// night. Arguments go to Stryker: `npm run test:mutation -- --mutate operators/show/toText.ts`, or `…/toText.ts:20-40`.
//
// Fails where the score of `operators` or `src/chunk` is under 95 %, or that of another folder under 90 %. A mutant that
// no test kills is a missing test or dead code; one that changes nothing is noted beside the code:
// `// Stryker disable next-line <mutator>: <reason>`. The report is in temp/mutation.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../support/suite.mjs';

const report = join(root, 'temp/mutation/mutation.json');
const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');

rmSync(report, { force: true });
const args = ['run', 'test/mutation/stryker.config.mjs', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [stryker, ...args], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const folders = new Map();
for (const [file, { mutants, source }] of Object.entries(JSON.parse(readFileSync(report, 'utf8')).files)) {
  const counts = folders.get(dirname(file)) ?? { killed: 0, all: 0 };
  folders.set(dirname(file), counts);
  const lines = source.split('\n');
  for (const { status, mutatorName, replacement, location } of mutants) {
    if (['Killed', 'Timeout'].includes(status)) counts.killed += 1;
    if (['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status)) counts.all += 1;
    if (!['Survived', 'NoCoverage'].includes(status)) continue;
    const { start, end } = location;
    const from = lines[start.line - 1].slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined);
    const shown = (text) => text.trim().replace(/\s+/g, ' ').slice(0, 80);
    console.log(`${file}:${start.line} ${status} ${mutatorName}: ${shown(from)} → ${shown(replacement)}`);
  }
}

let isEnough = folders.size > 0;
for (const [folder, { killed, all }] of [...folders].sort()) {
  if (all === 0) continue;
  const least = folder.startsWith('operators') || folder === 'src/chunk' ? 95 : 90;
  const score = (100 * killed) / all;
  if (score < least) isEnough = false;
  console.log(`${score < least ? '✗' : '✓'} ${folder}: ${score.toFixed(1)} % of ${all} mutants, at least ${least} %`);
}
process.exitCode = isEnough ? 0 : 1;
