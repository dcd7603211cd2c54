import { fileURLToPath } from 'node:url';
import type { Alias } from 'vite';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const { projects: _, coverage: __, ...test } = base.test ?? {};

const alias = Array.isArray(base.resolve?.alias) ? (base.resolve.alias as readonly Alias[]) : [];
const agUiClient = fileURLToPath(import.meta.resolve('@ag-ui/client'));

/** `npm run test:clients`: our streams, read by the packages that front ends use, over real sockets. */
export default defineConfig({
  ...base,
  root: import.meta.dirname,
  // Of this folder also for the agent of `examples/ag-ui`, whose own packages may not be installed.
  resolve: { alias: [...alias, { find: /^@ag-ui\/client$/, replacement: agUiClient }] },
  test: {
    ...test,
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    fileParallelism: false,
    testTimeout: 30_000,
  },
});
