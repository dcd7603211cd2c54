import { readFile, readdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { rollup, type GetManualChunk } from 'rollup';
import { defineConfig, type Options } from 'tsup';

const entry = {
  index: 'src/index.ts',
  operators: 'operators/index.ts',
  json: 'src/json.ts',
  otel: 'src/otel.ts',
  testing: 'src/testing.ts',
  emulator: 'src/emulator.ts',
  'emulator-fetch': 'src/emulatorFetch.ts',
  'ai-sdk': 'src/aiSdk.ts',
  'ag-ui': 'src/agUi.ts',
  redis: 'src/redis.ts',
};

const shared: Options = {
  target: 'es2022',
  // Neutral: nothing is resolved for a browser or for Node; the Node-only entries name their built-ins.
  platform: 'neutral',
  external: [/^node:/, /^rxjs(\/|$)/, /^@google\/genai(\/|$)/, /^@opentelemetry\//],
  // With their sources, maps were two thirds of the package; without them, bundlers warn of each missing file. The code
  // is not minified, so a stack trace has the names of the functions, and the lines are readable.
  sourcemap: false,
  treeshake: false,
};

const esmEntry = { ...entry, cli: 'src/cli/main.ts' };

/** The file for code of the main entry that other entries use as well; all else is left as esbuild has split it. */
const sharedFileOf: GetManualChunk = (id, { getModuleInfo }) => {
  const users = new Set<string>();
  const seen = new Set<string>();
  const follow = (importer: string): void => {
    if (seen.has(importer)) return;
    seen.add(importer);
    const info = getModuleInfo(importer);
    if (info?.isEntry) users.add(basename(importer, '.js'));
    for (const next of info?.importers ?? []) follow(next);
  };
  follow(id);
  if (users.size < 2 || !users.has('index')) return undefined;
  if ([...users].some((user) => !['index', 'operators', 'cli'].includes(user))) return 'shared-core';
  return users.has('operators') ? 'shared-operators' : 'shared-sources';
};

/**
 * Merges the files that the entries share. esbuild makes one for each set of entries that use it, and Node took a third
 * of the time of an import for finding and opening the 25 files of the main entry.
 */
async function mergeSharedFiles(): Promise<void> {
  const input = Object.keys(esmEntry).map((name) => `dist/${name}.js`);
  const isOutside = (id: string) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('dist/');
  const built = (await readdir('dist')).filter((file) => file.endsWith('.js'));
  const markCalls = await pureCalls(built.map((file) => `dist/${file}`));
  const plugins = [{ name: 'pure-calls', transform: markCalls }];
  const files = await rollup({ input, external: isOutside, treeshake: false, plugins });
  const splitFiles = built.filter((file) => file.startsWith('chunk-'));
  await Promise.all(splitFiles.map((file) => rm(`dist/${file}`)));
  await files.write({
    dir: 'dist',
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
    manualChunks: sharedFileOf,
  });
  await files.close();
}

/**
 * Returns a function that marks each call of a function without side effects: a bundler reads the mark of the function
 * itself only in the file that has the function, and would keep every unused call in another file.
 */
async function pureCalls(paths: readonly string[]): Promise<(code: string) => string> {
  const codes = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const names = codes.flatMap((code) =>
    [...code.matchAll(/@__NO_SIDE_EFFECTS__\nfunction (\w+)\(/g)].map(([, name]) => name),
  );
  const calls = new RegExp(`(?<!function |[.#\\w$])(?:${names.join('|')})\\(`, 'g');
  return (code) => code.replace(calls, '/* @__PURE__ */ $&');
}

export default defineConfig([
  {
    ...shared,
    // One ESM build, so that the entries and the CLI share their modules.
    entry: esmEntry,
    format: 'esm',
    splitting: true,
    onSuccess: mergeSharedFiles,
    dts: { entry, compilerOptions: { ignoreDeprecations: '6.0' } },
  },
  {
    ...shared,
    // No splitting here: it would send the code through sucrase, and class names and `?.` would be lost.
    entry,
    format: 'cjs',
    splitting: false,
    dts: { entry, compilerOptions: { ignoreDeprecations: '6.0' } },
  },
]);
