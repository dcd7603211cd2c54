import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The matrix runs the suite against another SDK by naming its folder. */
const genai = process.env['GENAI_DIR'];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^rxjs-gemini$/, replacement: here('./src/index.ts') },
      { find: /^rxjs-gemini\/operators$/, replacement: here('./operators/index.ts') },
      { find: /^rxjs-gemini\/json$/, replacement: here('./src/json.ts') },
      { find: /^rxjs-gemini\/otel$/, replacement: here('./src/otel.ts') },
      { find: /^rxjs-gemini\/testing$/, replacement: here('./src/testing.ts') },
      { find: /^rxjs-gemini\/emulator$/, replacement: here('./src/emulator.ts') },
      ...(genai ? [{ find: /^@google\/genai$/, replacement: genai }] : []),
    ],
  },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**', 'test/e2e/*.e2e.test.ts', 'test/matrix/**', 'test/package/**'],
    testTimeout: 10_000,
    hookTimeout: 10_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'operators/**/*.ts'],
      exclude: ['**/index.ts', 'src/cli/main.ts'],
      reporter: ['text', 'html', 'json-summary'],
    },
  },
});
