import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Packs the package as `npm publish` would, into `folder`. Run `npm run build` first. */
export function pack(folder) {
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // An array up to npm 11, by name from npm 12 on.
  const [{ filename, files }] = Object.values(JSON.parse(output));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}
