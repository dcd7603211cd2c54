// Runs the tests of `test/clients`: our streams, read by the packages that front ends use. Several of these packages
// need a newer Node than ours; that Node comes from `test/matrix`. Run `npm run build` first: the servers of Bun and
// Deno load the built package. Arguments go to vitest.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { root, runSuite } from '../support/suite.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const node = join(root, 'test/matrix/node_modules/node-24/bin/node');

install(here);
install(join(here, 'angular'));
if (!existsSync(node)) install(join(root, 'test/matrix'));
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', here], { stdio: 'inherit' });

const args = ['--config', join(here, 'vitest.config.ts'), ...process.argv.slice(2)];
const { ok, counts } = runSuite({ node: existsSync(node) ? node : process.execPath, args });
console.log(`With the clients: ${counts}`);
process.exitCode = ok ? 0 : 1;

function install(folder) {
  execFileSync('npm', ['ci', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
}
