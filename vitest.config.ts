import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The matrix runs the suite against another SDK by naming its folder. */
const genai = process.env['GENAI_DIR'];

/**
 * The files of the project `process`: tests that open sockets, start processes or threads, or measure a whole process.
 * Such a test fails in the project `unit`, which has all other files: name its file `*.sockets.test.ts`.
 */
const processTests = ['test/{docs,e2e,emulator,faults}/**/*.test.ts', 'test/**/*.sockets{,.direct}.test.ts'];

/** The matrix leaves out the files of this pattern: `--exclude` of the command line does not reach the projects. */
const leftOut = process.env['EXCLUDED_TESTS'];

const exclude = [
  ...(leftOut ? [leftOut] : []),
  '**/node_modules/**',
  'test/browser/**',
  'test/clients/**',
  'test/e2e/*.e2e.test.ts',
  'test/matrix/**',
  'test/package/**',
  'test/site/**',
];

/** The tests of the project `unit`, which are also those that look for mutants. */
export const unitTests = {
  include: ['test/**/*.test.ts'],
  exclude: [...exclude, ...processTests],
  // The files of a worker share their modules, which are loaded once.
  isolate: false,
  setupFiles: ['test/support/unitSetup.ts'],
};

export default defineConfig({
  resolve: {
    alias: [
      { find: /^rxjs-gemini$/, replacement: here('./src/index.ts') },
      { find: /^rxjs-gemini\/operators$/, replacement: here('./operators/index.ts') },
      { find: /^rxjs-gemini\/json$/, replacement: here('./src/json.ts') },
      { find: /^rxjs-gemini\/otel$/, replacement: here('./src/otel.ts') },
      { find: /^rxjs-gemini\/testing$/, replacement: here('./src/testing.ts') },
      { find: /^rxjs-gemini\/emulator$/, replacement: here('./src/emulator.ts') },
      { find: /^rxjs-gemini\/emulator-fetch$/, replacement: here('./src/emulatorFetch.ts') },
      { find: /^rxjs-gemini\/ai-sdk$/, replacement: here('./src/aiSdk.ts') },
      { find: /^rxjs-gemini\/ag-ui$/, replacement: here('./src/agUi.ts') },
      { find: /^rxjs-gemini\/redis$/, replacement: here('./src/redis.ts') },
      ...(genai ? [{ find: /^@google\/genai$/, replacement: genai }] : []),
    ],
  },
  test: {
    environment: 'node',
    testTimeout: 10_000,
    hookTimeout: 10_000,
    projects: [
      { extends: true, test: { ...unitTests, name: 'unit', maxWorkers: '100%', sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'process',
          include: processTests,
          exclude,
          // After `unit`, and one file at a time: a server and its client share the machine with no other.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'operators/**/*.ts'],
      exclude: ['**/index.ts', 'src/cli/main.ts'],
      reporter: ['text', 'html', 'json-summary'],
    },
  },
});
