import type { GoogleGenAI } from '@google/genai';
import { metrics, trace } from '@opentelemetry/api';
import * as rxjs from 'rxjs';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import * as emulatorEntry from '../../src/emulator.js';
import * as mainEntry from '../../src/index.js';
import * as jsonEntry from '../../src/json.js';
import * as otelEntry from '../../src/otel.js';
import * as testingEntry from '../../src/testing.js';
import { docExamples } from '../support/docExamples.js';
import { emulate } from '../support/emulate.js';
import { deferred } from '../support/outcome.js';
import { recordings } from '../support/recordings.js';

const examples = docExamples();
const entries = {
  rxjs,
  'rxjs-gemini': mainEntry,
  'rxjs-gemini/json': jsonEntry,
  'rxjs-gemini/otel': otelEntry,
  'rxjs-gemini/testing': testingEntry,
  'rxjs-gemini/emulator': emulatorEntry,
};

/** An example's own imports, which come first where it is copied. */
const importLine = /^import .*$/gm;

/** What examples take for granted: everything that is exported, a client, and a reply. */
const given = `import { GoogleGenAI } from '@google/genai';
${Object.entries(entries)
  .map(([name, entry]) => `import { ${Object.keys(entry).join(', ')} } from '${name}';`)
  .join('\n')}
declare const ai: GoogleGenAI;
declare const apiKey: string;
declare const model: string;
declare const it: (title: string, test: () => void) => void;
declare const reply$: Observable<import('rxjs-gemini').GeminiChunk>;
`;

describe('the examples of the docs', () => {
  it('are there for every operator and every source', () => {
    expect(examples.filter(({ file }) => file.startsWith('operators/')).length).toBeGreaterThanOrEqual(13);
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

  it.each(examples.map(({ file, code }) => [file, code]))('run: %s', async (_, code) => {
    const { ai } = await emulate(['Hello, ', 'world. ', 'Here I am.']);
    const print = vi.spyOn(console, 'log').mockReturnValue();
    const warn = vi.spyOn(console, 'error').mockReturnValue();
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const writeError = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      await run(code, ai);
    } finally {
      print.mockRestore();
      warn.mockRestore();
      write.mockRestore();
      writeError.mockRestore();
    }
  });
});

/** Runs an example, and waits for the requests that it makes. */
async function run(code: string, ai: GoogleGenAI): Promise<void> {
  const requests: Promise<void>[] = [];
  const tracked =
    <A extends unknown[], T>(source: (...values: A) => rxjs.Observable<T>) =>
    (...values: A) =>
      rxjs.defer(() => {
        const { promise, resolve } = deferred();
        requests.push(promise);
        return source(...values).pipe(rxjs.finalize(resolve));
      });
  const { fromGemini, fromGenerate, fromSse, fromStream } = mainEntry;
  const scope: Record<string, unknown> = {
    ...(Object.assign({}, ...Object.values(entries)) as object),
    fromGemini: tracked(fromGemini),
    fromGenerate: tracked(fromGenerate),
    fromSse: tracked(fromSse),
    fromStream: tracked(fromStream),
    GoogleGenAI: function () {
      return ai;
    },
    it: (_: string, test: () => void) => {
      test();
    },
    readFile: () => Promise.resolve(JSON.stringify(recordings()[0])),
    ai,
    metrics,
    trace,
    apiKey: 'key',
    model: 'gemini-2.5-flash',
    reply$: rxjs.of(testingEntry.chunk('Hello, '), testingEntry.chunk('world.'), testingEntry.finishChunk()),
  };
  const { outputText } = ts.transpileModule(`{\n${code.replace(importLine, '')}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  type AsyncConstructor = new (...sources: string[]) => (...values: unknown[]) => Promise<void>;
  const AsyncFunction = (async () => Promise.resolve()).constructor as AsyncConstructor;
  await new AsyncFunction(...Object.keys(scope), outputText)(...Object.values(scope));
  await Promise.all(requests);
}

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
