// The tests whose result another version of the SDK can change: those that import it, and all that may start a process,
// which imports it. A test of the project `unit` starts none (test/support/unitSetup.ts), so its imports decide.
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';
import { root } from '../support/suite.mjs';

const startsProcesses = /^test\/(?:docs|e2e|emulator|faults)\/|\.sockets(?:\.direct)?\.test\.ts$/;

/** The test files of some rooms that meet the SDK, as paths from the root. */
export async function sdkTests(rooms) {
  const files = rooms.flatMap((room) =>
    readdirSync(`${root}test/${room}`, { recursive: true })
      .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.e2e.test.ts'))
      .map((name) => `test/${room}/${name}`),
  );
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files,
    bundle: true,
    packages: 'external',
    format: 'esm',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const meets = (file, seen = new Set()) =>
    !seen.has(file) &&
    seen.add(file) &&
    metafile.inputs[file].imports.some(({ path, external }) =>
      external ? path.startsWith('@google/genai') : meets(path, seen),
    );
  const found = files.filter((file) => startsProcesses.test(file) || meets(file));
  // Of a graph that is read wrongly, all or nothing would be left.
  if (!found.some((file) => !startsProcesses.test(file)) || found.length === files.length) {
    throw new Error('Expected some tests of the project `unit` to import the SDK, and some not to.');
  }
  return found;
}
