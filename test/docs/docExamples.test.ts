import ts from 'typescript';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { hasRedis } from '../support/redisServer.js';
import { examples, expected, expectResult, numbered } from './exampleResults.js';
import { stopExampleRedis } from './exampleRedis.js';
import { exportedFunctions } from './examples.js';
import { entries, importLine } from './runExample.js';

/** Everything that examples take for granted: all exports, a client and a reply. */
const imported = new Set<string>();
/** Whether no entry before exports the name: some entries share functions. */
const isFirst = (name: string) => imported.size < imported.add(name).size;

const given = `import { GoogleGenAI, Modality } from '@google/genai';
${Object.entries(entries)
  .map(([name, entry]) => `import { ${Object.keys(entry).filter(isFirst).join(', ')} } from '${name}';`)
  .join('\n')}
import type { ChatTools, GeminiChunk, GeminiContent, LiveInput, ReplyReport } from 'rxjs-gemini';
import type { RedisClient } from 'rxjs-gemini/redis';
declare const ai: GoogleGenAI;
declare const apiKey: string;
declare const model: string;
declare const it: (title: string, test: () => void) => void;
declare const redis: RedisClient;
declare const reply$: Observable<GeminiChunk>;
`;

afterEach(() => {
  vi.useRealTimers();
});
afterAll(stopExampleRedis);

describe('the examples of the docs', () => {
  const documented = new Set(examples.map(({ of }) => of));
  const functions = exportedFunctions();

  it('find the operators that the entries export', () => {
    const runtime = new Set(Object.values(entries).flatMap((entry) => Object.keys(entry)));
    expect(functions.filter(({ name }) => !runtime.has(name))).toEqual([]);
    expect(functions.filter(({ isPipeable }) => isPipeable).length).toBeGreaterThanOrEqual(28);
  });

  it('exist for every operator', () => {
    const operators = functions.filter(({ file, isPipeable }) => isPipeable || file.startsWith('operators/'));
    const missing = operators.map(({ name }) => name).filter((name) => !documented.has(name));
    expect(missing, 'each needs an @example in its doc comment').toEqual([]);
  });

  it('exist for every source, sink, recording, chat and emulator function', () => {
    const rooms = /^src\/(sources|sinks|recording|chat|emulator|replies|redis)\//;
    const exported = functions.filter(({ file }) => rooms.test(file)).map(({ name }) => name);
    const missing = exported.filter((name) => !documented.has(name));
    expect(missing, 'each needs an @example in its doc comment').toEqual([]);
  });

  it('all have an expected result, and no result lacks its example', () => {
    const names = numbered.map(({ name }) => name);
    expect([...expected.keys()].filter((name) => !names.includes(name))).toEqual([]);
    const missing = names.filter((name) => !expected.has(name));
    expect(missing, 'each needs a row in test/docs/expectations').toEqual([]);
  });

  it('type-check as they stand', () => {
    const isGiven = (line: string) => /'(@google\/genai|rxjs(-gemini.*)?)'/.test(line);
    const imports = new Set(
      examples.flatMap(({ code }) => code.match(importLine) ?? []).filter((line) => !isGiven(line)),
    );
    const functions = examples.map(
      ({ file, code }, index) =>
        `// ${file}\nexport async function example${String(index)}() {\n${code.replace(importLine, '')}\n}`,
    );
    expect(typeErrorsOf([given, ...imports, ...functions].join('\n'))).toEqual([]);
  }, 60_000);

  const examplesOfAnySdk = numbered.filter(({ name }) => !expected.get(name)?.needsFetch);
  const [onRedis, others] = [true, false].map((needsRedis) =>
    examplesOfAnySdk.filter(({ name }) => (expected.get(name)?.needsRedis ?? false) === needsRedis),
  );
  it.each(others ?? [])('print their result: $name', expectResult);
  it.skipIf(!hasRedis).each(onRedis ?? [])('print their result, on Redis: $name', expectResult);
});

/** Examples are strict, but not stricter than `strict`. */
const asUsual = { noPropertyAccessFromIndexSignature: false, exactOptionalPropertyTypes: false };

function typeErrorsOf(source: string): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, process.cwd());
  const name = `${process.cwd()}/test/docs/generated.ts`;
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, languageVersion, ...rest) =>
    file === name ? ts.createSourceFile(file, source, languageVersion) : read(file, languageVersion, ...rest);
  host.fileExists = (file) => file === name || ts.sys.fileExists(file);
  const program = ts.createProgram([name], { ...options, ...asUsual, noEmit: true }, host);
  const generated = program.getSourceFile(name);
  return ts.getPreEmitDiagnostics(program, generated).map((problem) => {
    const line = generated?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
    const text = ts.flattenDiagnosticMessageText(problem.messageText, ' ');
    return `${source.split('\n')[line] ?? ''}: ${text}`;
  });
}
