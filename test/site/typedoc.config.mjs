import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepCodeInHeadings } from './plugin.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const here = fileURLToPath(new URL('./', import.meta.url));
const { name, version, license } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** An entry earlier in the list documents the exports that it shares with later ones. */
const entryPoints = [
  'src/index.ts',
  'src/json.ts',
  'operators/index.ts',
  'src/otel.ts',
  'src/testing.ts',
  'src/emulator.ts',
  'src/emulatorFetch.ts',
  'src/aiSdk.ts',
  'src/agUi.ts',
  'src/redis.ts',
];

/** The pages in the order of reading. */
const pages = [
  'docs/start.md',
  'docs/playground.md',
  'docs/operators.md',
  'docs/conversations.md',
  'docs/interactions.md',
  'docs/live.md',
  'docs/frontEnds.md',
  'docs/frameworks.md',
  'docs/wire.md',
  'docs/errors.md',
  'docs/testing.md',
  'docs/scale.md',
  'docs/performance.md',
  'docs/security.md',
  'docs/migrating.md',
  'docs/compatibility.md',
  'docs/design.md',
  'CHANGELOG.md',
  'SECURITY.md',
];

/** `npm run site`: the pages and the reference as a folder that any host serves. */
export default {
  name,
  includeVersion: true,
  entryPoints: entryPoints.map((entry) => root + entry),
  sortEntryPoints: false,
  tsconfig: `${here}tsconfig.json`,
  // `npm run typecheck` has checked them.
  skipErrorChecking: true,
  plugin: [`${here}plugin.mjs`],
  readme: `${root}README.md`,
  projectDocuments: pages.map((page) => root + page).filter((page) => existsSync(page)),
  out: `${root}site`,
  router: 'pages',
  disableSources: true,
  excludeInternal: true,
  excludeExternals: true,
  includeHierarchySummary: false,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true },
  headings: { readme: false, document: false },
  navigation: {
    includeCategories: true,
    includeGroups: false,
    includeFolders: false,
    compactFolders: false,
    excludeReferences: true,
  },
  groupReferencesByType: true,
  categorizeByGroup: false,
  defaultCategory: 'Options and types',
  categoryOrder: [
    'Receive',
    'Show',
    'Measure',
    'Protect',
    'Share',
    'Converse',
    'Send',
    'Shape',
    'Read',
    'Errors',
    'Test',
    'Options and types',
  ],
  searchInComments: true,
  searchInDocuments: true,
  searchGroupBoosts: { Functions: 2, Interfaces: 0.5, 'Type Aliases': 0.5, Properties: 0.2, Methods: 0.2 },
  favicon: `${here}favicon.svg`,
  customCss: `${here}site.css`,
  hideGenerator: true,
  customFooterHtml: `${name} ${version} · ${license}`,
  markdownItLoader: keepCodeInHeadings,
  highlightLanguages: ['bash', 'css', 'diff', 'html', 'javascript', 'json', 'nginx', 'tsx', 'typescript', 'yaml'],
  ignoredHighlightLanguages: ['text'],
};
