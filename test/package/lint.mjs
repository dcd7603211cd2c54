// publint and attw on the tarball: the package as a user installs it, not the tree. Run `npm run build` first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, root } from './pack.mjs';

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
