// Installs the packed tarball into an empty project and uses it as a stranger would: imported as ESM, required as
// CommonJS, type-checked, run as a command and in jest. Run `npm run build` first.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { pack, root } from './pack.mjs';

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = [
  '',
  '/operators',
  '/json',
  '/otel',
  '/testing',
  '/emulator',
  '/emulator-fetch',
  '/ai-sdk',
  '/ag-ui',
  '/redis',
].map((entry) => `rxjs-gemini${entry}`);
const folder = mkdtempSync(join(tmpdir(), 'rxjs-gemini-consumer-'));

try {
  const { tarball, files } = pack(folder);

  step('ships what it should, and nothing else', () => {
    const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const pages = [
      'README.md',
      'CHANGELOG.md',
      'SECURITY.md',
      'SKILL.md',
      'llms.txt',
      ...docs.map((name) => `docs/${name}`),
    ];
    for (const file of ['package.json', 'LICENSE', 'dist/cli.js', ...pages]) {
      assert.ok(files.includes(file), `Expected the tarball to hold ${file}.`);
    }
    const known = /^(dist\/|docs\/(\w+\.(md|svg)|marbles\/\w+\.svg)$|(package\.json|LICENSE|\w+\.(md|txt))$)/;
    assert.deepEqual(
      files.filter((file) => !known.test(file)),
      [],
      'Expected no other files in the tarball.',
    );
  });

  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const install = (...packages) => run('npm', 'install', ...quietly, ...packages);

  const exact = (...names) => names.map((name) => `${name}@${devDependencies[name]}`);
  step('installs without its optional peers', () =>
    install(tarball, ...exact('rxjs', 'typescript'), '--omit=optional'),
  );
  const installed = join(folder, 'node_modules/rxjs-gemini');

  step('publishes no types that import the SDK or Node where they need not', () => {
    for (const file of readdirSync(join(installed, 'dist'))) {
      if (!/\.d\.c?ts$/.test(file)) continue;
      // An example in a comment imports nothing.
      const types = readFileSync(join(installed, 'dist', file), 'utf8').replace(/^\s*\*.*$/gm, '');
      assert.doesNotMatch(types, /from ['"]@google\/genai|import\(['"]@google\/genai/, `${file} imports the SDK.`);
      if (!file.startsWith('emulator.'))
        assert.doesNotMatch(types, /['"]node:|types=["']node["']/, `${file} needs Node.`);
    }
  });

  step('ships no source maps, and readable stack traces', () => {
    const dist = readdirSync(join(installed, 'dist'));
    assert.deepEqual(
      dist.filter((file) => file.endsWith('.map')),
      [],
    );
    for (const file of dist.filter((name) => /\.c?js$/.test(name))) {
      assert.doesNotMatch(readFileSync(join(installed, 'dist', file), 'utf8'), /^\/\/# sourceMappingURL/m, file);
    }
    const fail = 'try { retryTransient(3); } catch ({ stack }) { console.log(stack); }';
    for (const [type, load] of [
      ['module', `import { retryTransient } from 'rxjs-gemini';`],
      ['commonjs', `const { retryTransient } = require('rxjs-gemini');`],
    ]) {
      const stack = node(`--input-type=${type}`, `${load} ${fail}`);
      assert.match(stack, /^TypeError: Expected[^]*\n +at (?:Module\.)?retryTransient \([^)]*dist\/.*:\d+:\d+\)/);
    }
  });

  const listExports = (entry) => `import * as all from '${entry}'; console.log(Object.keys(all).sort().join());`;
  const loadsInEveryFormat = (entry) => {
    const esm = node('--input-type=module', listExports(entry));
    const cjs = node('--input-type=commonjs', `console.log(Object.keys(require('${entry}')).sort().join());`);
    assert.notEqual(esm.trim(), '', `Expected ${entry} to export something.`);
    assert.equal(cjs, esm, `Expected ${entry} to export the same in both formats.`);
    const stdin = { contents: listExports(entry), resolveDir: folder };
    buildSync({ stdin, bundle: true, platform: 'node', outfile: join(folder, 'entry.cjs'), logLevel: 'error' });
    assert.equal(node('--input-type=commonjs', `require('./entry.cjs');`), esm, `Expected esbuild to bundle ${entry}.`);
  };

  step('loads every entry but otel with no optional peer, as ESM, as CommonJS and bundled', () =>
    entries.filter((entry) => entry !== 'rxjs-gemini/otel').forEach(loadsInEveryFormat),
  );
  step('loads otel beside its peer', () => {
    install(tarball, ...exact('@opentelemetry/api'));
    loadsInEveryFormat('rxjs-gemini/otel');
  });

  step('knows the errors of its other copy', () => {
    const out = node(
      '--input-type=module',
      `import { createRequire } from 'node:module';
       import * as esm from 'rxjs-gemini';
       const cjs = createRequire(import.meta.url)('rxjs-gemini');
       console.log(esm.isGeminiError(cjs.toGeminiError(new Error('x'))), cjs.isGeminiError(esm.toGeminiError(new Error('x'))));`,
    );
    assert.equal(out.trim(), 'true true');
  });

  cpSync(join(root, 'test/package/consumer'), folder, { recursive: true });
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  for (const config of ['nodenext', 'bundler']) {
    step(`type-checks under ${config}, without the SDK`, () =>
      run(process.execPath, tsc, '-p', `tsconfig.${config}.json`),
    );
  }

  step('type-checks on Node, with and without the types of the DOM', () => {
    install(...exact('@types/node'));
    for (const config of ['node', 'nodeAndDom']) run(process.execPath, tsc, '-p', `tsconfig.${config}.json`);
  });

  step('names the SDK where it is missing', () => {
    const failed = capture('npx', '--no-install', 'rxjs-gemini', 'ask', 'Hello');
    assert.notEqual(failed.status, 0);
    assert.match(failed.stderr, /@google\/genai/);
    assert.doesNotMatch(failed.stderr, /^\s+at /m, 'Expected a sentence, not a stack trace.');
  });

  step('installs beside the SDK', () => install(tarball, ...exact('@google/genai')));
  step('runs as a command', () => {
    const help = capture('npx', '--no-install', 'rxjs-gemini', '--help');
    assert.equal(help.status, 0, help.stderr);
    assert.match(help.stdout, /ask[\s\S]*emulator/);
    const reply = capture('npx', '--no-install', 'rxjs-gemini', 'ask', 'Hello');
    assert.equal(reply.status, 0, reply.stderr);
    assert.ok(reply.stdout.length > 20, 'Expected a reply from the embedded emulator.');
  });

  const commonjs = join(folder, 'commonjs');
  writeFileSync(join(commonjs, 'package.json'), JSON.stringify({ name: 'commonjs-consumer', private: true }));
  step('installs in a CommonJS project with jest', () => {
    // TypeScript 5.9 is the last for which `module: commonjs` means `node10`.
    const tools = ['typescript@5.9.3', 'jest@30.5.2', 'ts-jest@29.4.15', '@types/jest@30.0.0'];
    const own = exact('rxjs', '@google/genai', '@opentelemetry/api', '@types/node');
    runIn(commonjs, 'npm', 'install', ...quietly, tarball, ...own, ...tools);
  });
  step('type-checks under node10, all entries', () =>
    runIn(commonjs, process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'),
  );
  step('runs in jest', () => runIn(commonjs, process.execPath, 'node_modules/jest/bin/jest.js', '--ci', '--runInBand'));
  console.log('The packed package works.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function step(title, run) {
  const started = performance.now();
  try {
    run();
  } catch (error) {
    console.error(`✗ ${title}`);
    throw error;
  }
  console.log(`✓ ${title} (${Math.round(performance.now() - started)} ms)`);
}

function run(command, ...args) {
  runIn(folder, command, ...args);
}

function runIn(cwd, command, ...args) {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

function node(inputType, code) {
  return execFileSync(process.execPath, [inputType, '--eval', code], { cwd: folder, encoding: 'utf8' });
}

/** Runs a command as a user without a key would. */
function capture(command, ...args) {
  const env = { ...process.env };
  delete env.GEMINI_API_KEY;
  delete env.GOOGLE_API_KEY;
  try {
    const stdout = execFileSync(command, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    return { status: 0, stdout, stderr: '' };
  } catch (error) {
    return { status: error.status, stdout: error.stdout ?? '', stderr: error.stderr ?? String(error) };
  }
}
