import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('bundles for a browser, without a module of Node and without the SDK', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/emulatorFetch.ts', import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    // Fails for a module of Node.
    platform: 'browser',
    logLevel: 'silent',
  });
  const files = Object.keys(metafile.inputs);
  expect(files.filter((file) => /emulator\/(?:server\/|startEmulator)|^node:|@google/.test(file))).toEqual([]);
});
