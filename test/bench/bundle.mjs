// What a user's bundle grows by: minified and gzipped, with rxjs and the SDK outside.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
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
    budget: 2.5,
    reason:
      'finds words, sentences, paragraphs, patterns and code fences, in pieces that Node 20 segments in linear time',
  },
  createRateLimiter: {
    budget: 3.5,
    reason:
      'one fair queue for all replies and each key, two windows of a minute, notices of the position and the wait',
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

/** What a usual application imports. */
const usual = `export { fromGemini, classifyErrors, takeUntilCancel, bufferChunks, toText } from 'rxjs-gemini';`;

/** What a chat in a browser imports, with its server behind it. */
const chat = `export { createChat, fromSse } from 'rxjs-gemini';`;

/** Rows of `{ import, kB, target }`. */
export async function bundle() {
  const row = (name, kB, most, reason) => ({ import: name, kB, target: atMost(most, kB, 'kB', reason) });
  const entry = async (name, most) => row(name, await size(`export * from '${name}';`), most, everything);
  return [
    await entry('rxjs-gemini', 14),
    await entry('rxjs-gemini/operators', 8),
    { import: 'fromGemini, classifyErrors, takeUntilCancel, bufferChunks, toText', kB: await size(usual) },
    { import: 'createChat, fromSse: a chat in the browser', kB: await size(chat) },
    { import: 'all of rxjs-gemini/ai-sdk', kB: await size(`export * from 'rxjs-gemini/ai-sdk';`) },
    { import: 'all of rxjs-gemini/ag-ui', kB: await size(`export * from 'rxjs-gemini/ag-ui';`) },
    ...(await operatorSizes()).map(({ name, kB }) =>
      row(`${name}, beside chunks and errors`, kB, budget, exceptions[name]?.reason),
    ),
  ];
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
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external: ['rxjs', 'rxjs/*', '@google/genai', '@opentelemetry/*'],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000;
}
