import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const { projects: _, coverage: __, ...test } = base.test ?? {};

/** `npm run test:clients`: our streams, read by the packages that front ends use, over real sockets. */
export default defineConfig({
  ...base,
  root: import.meta.dirname,
  test: {
    ...test,
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    fileParallelism: false,
    testTimeout: 30_000,
  },
});
