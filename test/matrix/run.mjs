// Runs the suite on other versions of Node and of the SDK, and type-checks against other versions of the SDK and of
// the compiler. Run `npm run build` first. Arguments go to vitest: `npm run test:matrix -- test/sources`.
//
// A cell sets GENAI_DIR, which vitest.config.ts puts in the place of `@google/genai`, and EXPECTED_GENAI_VERSION, which
// test/sources/sdkVersion.test.ts finds in the request's `x-goog-api-client` header: no cell tests another's SDK.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from '../package/pack.mjs';
import { root, runSuite } from '../support/suite.mjs';
import { sdkTests } from './sdkTests.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = join(here, 'node_modules');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const thisNode = process.execPath;
const results = [];

// The SDK's 3.x declares a newer Node than this one, and is not run on it: its warning says nothing here.
execFileSync('npm', ['ci', '--loglevel=error'], { cwd: here, stdio: 'inherit' });

const asked = process.argv.slice(2);
/** On this Node the rest of the suite has run, with the SDK that the root has. */
const rooms = ['chat', 'chunk', 'docs', 'e2e', 'emulator', 'faults', 'sinks', 'sources', 'testing'];
const withSdk = asked.length > 0 ? asked : await sdkTests(rooms);

// 1.x knows no `httpOptions.fetch`: its streams are read by the SDK, and what takes our own reader is left out.
const indirect = { EXCLUDED_TESTS: '**/*.direct.test.ts' };
cell('what meets the SDK, but for the direct reader', thisNode, 'genai1', withSdk, indirect);
if (versionOf('genai2') !== rootVersion()) cell('what meets the SDK', thisNode, 'genai2', withSdk);
// The oldest and the newest Node run the whole suite. Between them, pages, hostile input and Redis are the same
// computations.
onNode(
  'node-24',
  'the suite, but for pages, faults and Redis',
  asked,
  asked.length > 0 ? {} : { EXCLUDED_TESTS: 'test/{docs,faults,redis}/**' },
);
onNode('node-26', 'the suite', asked);

const checks = ['genai1', 'genai3'].map((sdk) => ({
  title: `the sources and tests against the types of ${sdk} ${versionOf(sdk)}`,
  args: [compiler, '-p', join(here, `tsconfig.${sdk}.json`)],
}));
await checkAll();

console.log(`\nThe matrix:\n${results.map(({ title, ok }) => `${ok ? '✓' : '✗'} ${title}`).join('\n')}`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;

function cell(title, node, sdk, args, env = {}) {
  const version = versionOf(sdk);
  const label = `${title} on Node ${execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()}, SDK ${version}`;
  console.log(`\n${label}`);
  const { ok, counts } = runSuite({
    node,
    reporter: 'dot',
    args,
    env: {
      ...process.env,
      ...env,
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      GENAI_DIR: join(modules, sdk),
      EXPECTED_GENAI_VERSION: version,
    },
  });
  // Spelt apart from the suite's own line, which CI reads.
  record(`${label} (${counts})`, ok);
}

function onNode(name, title, args, env) {
  const node = join(modules, name, 'bin/node');
  // They are packed for Linux on x64.
  if (existsSync(node)) cell(title, node, 'genai3', args, env);
  else if (process.env.CI) record(`${name} is not there`, false);
  else console.log(`${name} has no build for this machine and is left out.`);
}

/** The types of the sources, and the published types as older and newer compilers read them: two at a time. */
async function checkAll() {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-gemini-matrix-'));
  try {
    const { tarball } = pack(folder);
    cpSync(join(root, 'test/package/consumer'), folder, { recursive: true });
    mkdirSync(join(folder, 'node_modules/rxjs-gemini'), { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(folder, 'node_modules/rxjs-gemini')]);
    symlinkSync(join(root, 'node_modules/rxjs'), join(folder, 'node_modules/rxjs'));
    for (const typescript of ['typescript-5', 'typescript-7']) {
      for (const config of ['nodenext', 'bundler']) {
        checks.push({
          title: `the published types under ${config}, TypeScript ${versionOf(typescript)}`,
          args: [join(modules, typescript, 'bin/tsc'), '-p', join(folder, `tsconfig.${config}.json`)],
        });
      }
    }
    await Promise.all([checkNext(), checkNext()]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkNext() {
  for (let next = checks.shift(); next !== undefined; next = checks.shift()) {
    const { title, args } = next;
    const { error, output } = await new Promise((resolve) => {
      execFile(thisNode, args, { cwd: root, maxBuffer: 1e8 }, (failure, stdout, stderr) =>
        resolve({ error: failure, output: stdout + stderr }),
      );
    });
    if (output.trim()) console.log(output.trim());
    record(title, !error);
  }
}

function record(title, ok) {
  results.push({ title, ok });
}

function rootVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies['@google/genai'];
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;
}
