import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const faces = [
  'src/index.ts',
  'operators/index.ts',
  'src/json.ts',
  'src/otel.ts',
  'src/testing.ts',
  'src/emulator.ts',
  'src/emulatorFetch.ts',
  'src/aiSdk.ts',
  'src/agUi.ts',
  'src/redis.ts',
];

/** A number that is computed from other numbers: a few bytes, and esbuild keeps arithmetic. */
const onlyNumber = /^var \w+ = [\d.*+ -]+;$/;

const outside: Plugin = {
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter: /^(?:rxjs|node:|@google\/|@opentelemetry\/|ws$)/ }, ({ path }) => {
      return { path, external: true, sideEffects: false };
    });
  },
};

describe('the whole library in one module', () => {
  it('has no statement that a bundler keeps where nothing is imported', async () => {
    const library = await bundled(faces.map((face) => `export * from './${face}';`).join(''));
    expect(statementsOf(await importOf(library))).toEqual([]);
  }, 60_000);

  it('is found out where a statement stays', async () => {
    const kept = await importOf(
      'export const names = new Map(Object.entries({ a: 1 })); export const most = 2 * 1024;',
    );
    expect(statementsOf(kept)).toEqual(['var names = new Map(Object.entries({ a: 1 }));']);
  });
});

async function bundled(contents: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles = [] } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    logLevel: 'error',
    plugins: [outside],
    ...options,
  });
  return outputFiles[0]?.text ?? '';
}

/** The code that stays where an application imports a module and uses nothing of it. */
function importOf(module: string): Promise<string> {
  const one: Plugin = {
    name: 'one',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^one$/ }, () => ({ path: 'one', namespace: 'one' }));
      onLoad({ filter: /./, namespace: 'one' }, () => ({ contents: module }));
    },
  };
  return bundled(`import 'one';`, { plugins: [outside, one] });
}

/** The statements of a bundle, each from the start of its line, without those that are only numbers. */
function statementsOf(code: string): string[] {
  const statements = code.split(/\n(?=\S)/).map((statement) => statement.trim());
  return statements.filter((text) => text !== '' && !text.startsWith('//') && !onlyNumber.test(text));
}
