import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const { projects: _, ...test } = base.test ?? {};

/**
 * `npm run test:e2e`: the applications of `examples/` as their users start them, and tests that need a browser. Wants Chromium,
 * where Debian puts it or where `CHROMIUM` says, `npm run build`, and `npm ci` in the folders of the examples.
 */
export default defineConfig({
  ...base,
  test: {
    ...test,
    include: ['test/browser/**/*.test.ts', 'test/e2e/**/*.e2e.test.ts'],
    exclude: [],
    // They share two cores with servers, a bundler and a browser.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
