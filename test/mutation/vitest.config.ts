import { defineConfig } from 'vitest/config';
import base, { unitTests } from '../../vitest.config.js';

const { projects: _, ...test } = base.test ?? {};

/** The tests that a mutant has to pass: the project `unit` without those that measure time, which a mutant changes. */
export default defineConfig({
  ...base,
  test: {
    ...test,
    ...unitTests,
    exclude: [...unitTests.exclude, 'test/errors/linearTime.test.ts'],
    // Instrumented code is slow; Stryker has a time limit of its own for each mutant.
    testTimeout: 120_000,
  },
});
