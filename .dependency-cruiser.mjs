// No import cycles, and no room imports another that is further down the list of DESIGN's rooms.

/**
 * What each room may import besides itself. `internal` holds small pure helpers for every room above the chunks; they
 * may read chunks and fail with a `GeminiError`. (Among files there is still no cycle: errors use the checks of options.)
 */
const rooms = {
  'src/internal': ['src/chunk', 'src/errors'],
  'src/chunk': [],
  'src/errors': ['src/chunk', 'src/internal'],
  operators: ['src/chunk', 'src/errors', 'src/internal', 'src/json', 'src/otel'],
  // Their indexes are the faces of entries of their own, and name the operators.
  'src/json': ['src/chunk', 'src/errors', 'src/internal', 'operators'],
  'src/otel': ['src/chunk', 'src/errors', 'src/internal', 'operators'],
  'src/sources': ['src/chunk', 'src/errors', 'src/internal'],
  'src/combine': ['src/chunk', 'src/errors', 'src/internal', 'operators'],
  'src/sinks': ['src/chunk', 'src/errors', 'src/internal', 'operators'],
  'src/chat': ['src/chunk', 'src/errors', 'src/internal', 'src/sources', 'src/combine', 'src/sinks', 'operators'],
  'src/testing': ['src/chunk', 'src/errors', 'src/internal'],
  'src/emulator': ['src/chunk', 'src/internal'],
};

const shipped = ['^src/', '^operators/'];
const onlyOnNode = '^src/(cli|emulator)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle of types counts too: it joins two files into one idea.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `room ${room}`,
      comment: `${room} may import ${allowed.join(', ') || 'nothing of ours'}.`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: { path: '^(src|operators|test|examples)/', pathNot: [room, ...allowed].map((path) => `^${path}/`) },
    })),
    {
      name: 'no-barrels',
      comment: 'Imports name the file. Only the faces of the package and the CLI read an index.',
      severity: 'error',
      from: { path: shipped, pathNot: ['^src/cli/', '/index\\.ts$'] },
      to: { path: '/index\\.ts$', pathNot: '^node_modules/' },
    },
    {
      name: 'emulator-types-only',
      comment: 'The emulator speaks the wire format by itself: it takes only types from the chunk algebra.',
      severity: 'error',
      from: { path: '^src/emulator/' },
      to: { path: '^src/chunk/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'runs-anywhere',
      comment: 'Only the emulator and the CLI need Node.',
      severity: 'error',
      from: { path: shipped, pathNot: onlyOnNode },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-sdk',
      comment: 'The SDK is an optional peer: only the CLI opens it.',
      severity: 'error',
      from: { path: shipped, pathNot: '^src/cli/' },
      to: { path: '@google/genai' },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What ships imports only what is installed with it.',
      severity: 'error',
      from: { path: shipped },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['npm-peer', 'npm'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere hides from every rule above.',
      severity: 'error',
      from: { path: shipped },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Sees `import type` too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
