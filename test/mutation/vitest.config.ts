import { defineConfig } from 'vitest/config';
import base, { unitTests } from '../../vitest.config.js';

const { projects: _, ...test } = base.test ?? {};

/** The tests that a mutant has to pass: those of the project `unit`. */
export default defineConfig({
  ...base,
  test: {
    ...test,
    ...unitTests,
    // Instrumented code is slow; Stryker has a time limit of its own for each mutant.
    testTimeout: 120_000,
  },
});
