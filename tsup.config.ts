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

export default defineConfig([
  {
    ...shared,
    // One ESM build, so that the entries and the CLI share their modules.
    entry: { ...entry, cli: 'src/cli/main.ts' },
    format: 'esm',
    splitting: true,
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
