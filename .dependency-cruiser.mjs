// No import cycles, and no room imports another but as written here. `docs/design.md` describes the rooms.

const ground = 'src/(rx|chunk|errors|interaction|live)';

/** The folders that a room may import besides itself, both as patterns. */
const rooms = {
  'src/rx': 'nothing',
  // A mark names the kind of a failure; the names import nothing.
  'src/chunk': 'src/rx|src/errors/kinds',
  'src/errors': 'src/(rx|chunk)',
  // The protocol of the Interactions API: its events and steps, and their form as chunks and contents.
  'src/interaction': 'src/(rx|chunk|errors)',
  // The protocol of the Live API: its messages and inputs.
  'src/live': 'src/(rx|chunk|errors)',
  'src/(sources|sinks|testing)|operators/[a-z]+': ground,
  'src/recording': `${ground}|src/sources`,
  // It plays recordings back over HTTP.
  'src/emulator': `${ground}|src/recording`,
  'src/chat': `${ground}|src/sources|operators/(protect|share)`,
  'src/replies': `${ground}|operators/(protect|share)`,
  'src/redis': `${ground}|src/replies|operators/(protect|share)`,
  'src/cli': `${ground}|src/(sources|emulator)|operators/[a-z]+`,
};

const shipped = ['^src/', '^operators/'];
const onlyOnNode = '^src/(cli/|emulator/(server/|startEmulator\\.ts$)|emulator\\.ts$|redis/)';

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
      comment: `${room} may import ${allowed}.`,
      severity: 'error',
      from: { path: `^(${room})/` },
      to: { path: '^(src|operators|test|examples)/', pathNot: ['^$1/', `^(${allowed})[/.]`] },
    })),
    {
      name: 'no-faces',
      comment: 'Imports name the file: nobody imports the face of an entry, and no room has an index.',
      severity: 'error',
      from: { path: shipped },
      to: { path: '^src/[^/]+\\.ts$|^(src|operators)/.*index\\.ts$' },
    },
    {
      name: 'emulator-types-only',
      comment:
        'The emulator writes the wire format by itself. From the chunks it takes types, and the names to leave out.',
      severity: 'error',
      from: { path: '^src/emulator/' },
      to: { path: '^src/chunk/', pathNot: 'replyAnnotations', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'runs-anywhere',
      comment: 'Only the server of the emulator and the CLI need Node.',
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
