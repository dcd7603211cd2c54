// What a user's bundle grows by: minified and gzipped, with rxjs and the SDK outside.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { atMost } from './atMost.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What one operator may add, in kB. */
const budget = 1.5;

const parser = 'reads JSON with a parser of its own; an entry of its own keeps it from those who do not';

/** Operators that need more, with the reason. */
const exceptions = {
  bufferChunks: {
    budget: 2.8,
    reason:
      'finds words, sentences, paragraphs, patterns and code fences, asks `Intl.Segmenter` only where one may end, and ' +
      'in pieces that Node 20 segments in linear time',
  },
  createRateLimiter: {
    budget: 3.6,
    reason:
      'one fair queue for all replies and each key, two windows of a minute, notices of the position and the wait; the ' +
      'failures of a store',
  },
  jsonAt: { budget: 3.8, reason: parser },
  jsonTextAt: { budget: 3, reason: parser },
  parseJson: { budget: 3.5, reason: parser },
  record: {
    budget: 1.7,
    reason: 'writes to files, streams and functions, whichever is busy, and refuses what is too deep',
  },
  shareReply: {
    budget: 1.9,
    reason: 'keeps a reply merged, or chunk by chunk for a reader that comes back; slow readers',
  },
  closeMarkdown: {
    budget: 4,
    reason: 'finds what the last block of a Markdown text has opened: marks, links, tags, tables and fences',
  },
  protectReply: { budget: 2.4, reason: 'has six operators in it' },
  smoothText: { budget: 3.4, reason: 'finds graphemes, words and lines, and paces them by a clock that nobody sets' },
  traceReply: {
    budget: 6,
    reason: 'spans, metrics and messages by the conventions; an entry of its own keeps it from those who do not',
  },
  stopWhen: { budget: 2.5, reason: 'searches a text that comes in pieces, and cuts a chunk' },
};

const everything = 'everything there is; an application pays for what it imports, as in the rows below';

/**
 * What applications import, and the most that it may weigh in kB, without the bytes of modules that 0.1.0 did not have:
 * what a function weighs that was added later is in the rows of `additions`.
 */
const applications = [
  { names: 'fromSse, classifyErrors, toReplyState', most: 12.4 },
  { names: 'createChat, fromSse', most: 20 },
  { names: 'fromGemini, classifyErrors, takeUntilCancel, bufferChunks, toText', most: 14.5 },
];

/**
 * The modules that do what 0.1.0 did not do. Modules that did the same under another name, or less of it, are not here,
 * so that their growth counts.
 */
const additions = {
  'secrets by name, in URLs, headers and JSON; terminal commands': [
    'src/errors/redact.ts',
    'src/errors/secretNames.ts',
    'src/errors/stripControls.ts',
  ],
  'a quota of the day, used-up credit, a plan without the model': ['src/errors/exhaustedQuota.ts'],
  'errors inside of errors, of proxies and frameworks, and saved ones': [
    'src/errors/findErrorBody.ts',
    'src/errors/parseSavedError.ts',
  ],
  'JSON of another shape or depth, web pages, stray lines, wrong URLs': [
    'src/errors/jsonDepth.ts',
    'src/errors/webPage.ts',
    'src/rx/builtInClassOf.ts',
    'src/sources/assertNested.ts',
    'src/sources/protocolErrors.ts',
    'src/sources/responseShape.ts',
    'src/sources/strayLines.ts',
    'src/sources/urlError.ts',
  ],
  'replies that go on after a lost connection, heartbeats': [
    'src/chunk/openingComment.ts',
    'src/chunk/parseEventId.ts',
    'src/chunk/replyPosition.ts',
    'src/rx/backoff.ts',
    'src/rx/keepAlive.ts',
    'src/sources/heartbeatMonitor.ts',
    'src/sources/reconnectReply.ts',
    'src/sources/resumePosition.ts',
  ],
  'the Interactions API, waits and other annotations': [
    'src/chat/previousOf.ts',
    'src/chunk/isBackgroundRun.ts',
    'src/chunk/replyAnnotations.ts',
    'src/chunk/shownReply.ts',
    'src/chunk/withoutWaits.ts',
    'src/errors/outcomeCodes.ts',
  ],
  'a saved chat, history and tool results are checked': [
    'src/chat/chatJsonValidators.ts',
    'src/chat/checkedSource.ts',
    'src/chat/contentValidators.ts',
    'src/chat/jsonCopy.ts',
    'src/chat/toolResult.ts',
    'src/chat/validators.ts',
  ],
  'the cost of a chat; calls in groups': ['src/chat/costTally.ts', 'src/chat/groupCalls.ts'],
  'text of any length in pieces that Node 20 segments in linear time': [
    'src/chunk/graphemes.ts',
    'src/chunk/segments.ts',
  ],
};

/** Rows of `{ import, kB, added, without, target }`. */
export async function bundle() {
  const row = (name, kB, most, reason) => ({ import: name, kB, target: atMost(most, kB, 'kB', reason) });
  const entry = async (name, most) => row(name, await size(`export * from '${name}';`), most, everything);
  return [
    ...(await applicationSizes()),
    await entry('rxjs-gemini', 14),
    await entry('rxjs-gemini/operators', 8),
    { import: 'all of rxjs-gemini/ai-sdk', kB: await size(`export * from 'rxjs-gemini/ai-sdk';`) },
    { import: 'all of rxjs-gemini/ag-ui', kB: await size(`export * from 'rxjs-gemini/ag-ui';`) },
    ...(await operatorSizes()).map(({ name, kB }) =>
      row(`${name}, beside chunks and errors`, kB, budget, exceptions[name]?.reason),
    ),
  ];
}

/** A row for each application, and below it the weight of each addition that it contains. */
async function applicationSizes() {
  for (const path of Object.values(additions).flat()) statSync(root + path);
  const rows = applications.map(async ({ names, most }) => {
    const modules = await moduleTexts(`export { ${names} } from './src/index.ts';`);
    const weight = (left) => gzipped([...modules].map(([path, text]) => (left.includes(path) ? '' : text)).join(''));
    const kB = weight([]);
    const without = weight(Object.values(additions).flat());
    const features = Object.entries(additions).map(([name, paths]) => {
      return { import: `  ${name}`, added: kB - weight(paths) };
    });
    const target = atMost(most, without, 'kB');
    return [{ import: names, kB, added: kB - without, without, target }, ...features.filter(({ added }) => added > 0)];
  });
  return (await Promise.all(rows)).flat();
}

/** The minified text of each module of a bundle, by path. */
async function moduleTexts(contents) {
  const { metafile } = await bundled(contents);
  const [{ inputs }] = Object.values(metafile.outputs);
  const used = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  const places = new Map(used.map((path) => [resolve(root, path), path]));
  // A call that no bundler drops, before the first statement of each module that the bundle has.
  const mark = {
    name: 'mark',
    setup({ onLoad }) {
      onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
        const opening = places.has(path) ? `globalThis.moduleStart('${places.get(path)}');` : '';
        return { contents: opening + readFileSync(path, 'utf8'), loader: path.endsWith('.ts') ? 'ts' : 'js' };
      });
    },
  };
  const { outputFiles } = await bundled(contents, [mark]);
  const [, ...pieces] = outputFiles[0].text.split(/globalThis\.moduleStart\("([^"]*)"\)[;,]?/);
  return new Map(pieces.flatMap((path, at) => (at % 2 === 0 ? [[path, pieces[at + 1]]] : [])));
}

/** What each operator adds to the rooms that all of them share: `{ name, kB, budget }`. */
export async function operatorSizes() {
  const rooms = ['src/rx', 'src/chunk', 'src/errors'].flatMap((room) =>
    modulesOf(room).map((file) => `${room}/${file}`),
  );
  const shared = rooms.map((path) => `export * from './${path}';`).join('');
  const sizeOfShared = await size(shared);
  const sizes = operatorFiles().map(async (file) => {
    const name = basename(file, '.ts');
    const kB = (await size(`${shared}export * from './${file}';`)) - sizeOfShared;
    return { name, kB, budget: exceptions[name]?.budget ?? budget };
  });
  return Promise.all(sizes);
}

/** The files in `operators/` that a face exports a function from, A to Z; throws if the faces are written otherwise. */
function operatorFiles() {
  const exported = ['src/index.ts', 'src/json.ts', 'src/otel.ts']
    .map((face) => readFileSync(`${root}${face}`, 'utf8'))
    .flatMap((face) => [...face.matchAll(/^export \{\s+[a-z][^}]*\} from '\.\.\/(operators\/\w+\/[a-z]\w+)\.js';$/gm)]);
  if (exported.length === 0) throw new Error('No face has an export of the form that is searched: see operatorFiles');
  return exported.map(([, path]) => `${path}.ts`).sort();
}

function modulesOf(room) {
  return readdirSync(`${root}${room}`).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
}

async function size(contents) {
  const { outputFiles } = await bundled(contents);
  return gzipped(outputFiles[0].contents);
}

/** As in an application: what is outside has no side effects, so that an import of which nothing is used is dropped. */
const outside = {
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter: /^(?:rxjs|@google\/genai|@opentelemetry\/.*)(?:\/|$)/ }, ({ path }) => {
      return { path, external: true, sideEffects: false };
    });
  },
};

function bundled(contents, plugins = []) {
  return build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    plugins: [outside, ...plugins],
    logLevel: 'error',
  });
}

/** The size of a gzipped text, in kB. */
function gzipped(text) {
  return gzipSync(text, { level: 9 }).length / 1000;
}
