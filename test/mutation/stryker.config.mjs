export default {
  mutate: [
    'operators/**/*.ts',
    'src/{chat,chunk,errors,recording,rx,sinks}/**/*.ts',
    'src/sources/{continuation,continueFrom,fromStream,responseShape}.ts',
    // Tests on sockets cover these, and are too slow for each mutant.
    '!src/sinks/{abortOption,clientMessage,pipeToServerResponse,responseEvents,responseWriter,serveWebSocket,sseHeaders}.ts',
    '!**/index.ts',
  ],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  // Mutants of what runs once, when a module is loaded, need a whole run each.
  ignoreStatic: true,
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
  timeoutMS: 10_000,
  dryRunTimeoutMinutes: 20,
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false, reportTests: false, reportMutants: false, reportScoreTable: false },
  jsonReporter: { fileName: 'temp/mutation/mutation.json' },
  htmlReporter: { fileName: 'temp/mutation/mutation.html' },
  tempDirName: 'temp/stryker',
  ignorePatterns: ['coverage', 'dist', 'examples', 'temp'],
  // `run.mjs` judges the score of each folder.
  thresholds: { high: 95, low: 90, break: null },
  allowEmpty: true,
};
