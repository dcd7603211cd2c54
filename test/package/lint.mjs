// publint and attw on the tarball: the package as a user installs it, not the tree. Run `npm run build` first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, root } from './pack.mjs';

checkAscii();

const folder = mkdtempSync(join(tmpdir(), 'rxjs-gemini-lint-'));
try {
  const { tarball } = pack(folder);
  const run = (tool, ...options) =>
    execFileSync(join(root, 'node_modules/.bin', tool), [tarball, ...options], { cwd: root, stdio: 'inherit' });
  run('publint', '--strict');
  run('attw', '--profile', 'node16');
} catch (error) {
  // The tool has printed the fault.
  process.exitCode = error.status || 1;
  if (!error.status) throw error;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** An engine holds, and reads, a file with one other character at half the speed: no comment is worth that. */
function checkAscii() {
  const files = readdirSync(join(root, 'dist')).filter((file) => /^(?:index|shared-\w+)\.js$/.test(file));
  if (files.length < 4) throw new Error(`The main entry and what it shares are not in dist: ${files.join()}`);
  for (const file of files) {
    const [line] = /^.*[^\0-\x7f].*$/m.exec(readFileSync(join(root, 'dist', file), 'utf8')) ?? [];
    if (line !== undefined) throw new Error(`${file} is not ASCII: ${line.trim()}`);
  }
}
