// publint and attw on the tarball: the package as a user installs it, not the tree. Run `npm run build` first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, root } from './pack.mjs';

checkImport();

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

/** What makes an import slow: see the reason of each check. */
function checkImport() {
  const files = readdirSync(join(root, 'dist')).filter((file) => /^(?:index|shared-\w+)\.js$/.test(file));
  if (files.length < 4) throw new Error(`The main entry and what it shares are not in dist: ${files.join()}`);
  for (const file of files) {
    const code = readFileSync(join(root, 'dist', file), 'utf8');
    // An engine holds, and reads, a file with one other character at half the speed: no comment is worth that.
    refuse(`${file} is not ASCII`, /^.*[^\0-\x7f].*$/m.exec(code));
    // An engine checks each literal as it reads the file, and collects the characters of a property for that.
    refuse(`${file} has a literal with properties of characters`, /^(?!.*String\.raw).*\\p\{.*$/imu.exec(code));
  }
}

function refuse(fault, match) {
  if (match) throw new Error(`${fault}: ${match[0].trim()}`);
}
