import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const { projects: _, ...test } = base.test ?? {};

/** `npm run test:site`: the site of `npm run site`, in Chromium: where Debian puts it, or where `CHROMIUM` says. */
export default defineConfig({
  ...base,
  test: {
    ...test,
    include: ['test/site/**/*.test.ts'],
    exclude: [],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
