import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** The uses of a stream that need the types of Node. */
const onNode = `
  import { createWriteStream } from 'node:fs';
  import { Readable } from 'node:stream';
  import { pipeline } from 'node:stream/promises';
  import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
  export const chunksOnNode: NodeReadableStream<GeminiChunk> = toReadableStream(reply$);
  export const textsOnNode: NodeReadableStream<string> = toReadableStream(reply$, { text: true });
  export const readable = Readable.fromWeb(toReadableStream(reply$, { text: true }));
  export const fromIterable = Readable.from(toAsyncIterable(reply$, { text: true }));
  export const written = pipeline(toAsyncIterable(reply$, { text: true }), createWriteStream('story.md'));
  export const writtenToo = pipeline(toReadableStream(reply$, { text: true }), createWriteStream('story.md'));
`;

/** The uses of a stream everywhere. */
const anywhere = `
  import type { Observable } from 'rxjs';
  import { toAsyncIterable, toReadableStream, type GeminiChunk } from './src/index.js';
  declare const reply$: Observable<GeminiChunk>;
  export const chunks: ReadableStream<GeminiChunk> = toReadableStream(reply$);
  export const texts: ReadableStream<string> = toReadableStream(reply$, { text: true });
  export const response = new Response(toReadableStream(reply$, { text: true }).pipeThrough(new TextEncoderStream()));
  export const lines: ReadableStream<number> = toReadableStream(reply$).pipeThrough(
    new TransformStream<{ text: string }, number>(),
  );
  export const stored = toReadableStream(reply$).pipeTo(new WritableStream<GeminiChunk>(), { preventClose: true });
  // @ts-expect-error the stream has chunks
  toReadableStream(reply$).pipeThrough(new TransformStream<number, number>());
  // @ts-expect-error the texts are only there with the literal true
  export const wrong: AsyncIterable<string> = toAsyncIterable(reply$);
  export async function read() {
    for await (const { text } of toReadableStream(reply$)) text satisfies string;
    for await (const text of toReadableStream(reply$, { text: true })) text satisfies string;
    for await (const text of toAsyncIterable(reply$, { text: true })) text satisfies string;
    const { done, value } = await toReadableStream(reply$).getReader().read();
    if (!done) value.text satisfies string;
  }
`;

const dom = ['lib.dom.d.ts', 'lib.dom.iterable.d.ts'];

/** Every file is parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function diagnosticsOf(source: string, lib: readonly string[], types: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    lib: [...lib],
    types: [...types],
  };
  const name = `${process.cwd()}/generated.mts`;
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, language) => {
    if (file === name) return ts.createSourceFile(file, source, language);
    if (!parsed.has(file)) parsed.set(file, read(file, language));
    return parsed.get(file);
  };
  host.fileExists = (file) => file === name || ts.sys.fileExists(file);
  const program = ts.createProgram([name], options, host);
  const generated = program.getSourceFile(name);
  return [...program.getSemanticDiagnostics(generated), ...program.getSyntacticDiagnostics(generated)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

describe('the streams of a reply', () => {
  it.each([
    ['in a browser', anywhere, ['lib.es2022.d.ts', ...dom], []],
    ['on Node', anywhere + onNode, ['lib.es2022.d.ts'], ['node']],
    ['on Node beside the types of the DOM', anywhere + onNode, ['lib.es2022.d.ts', ...dom], ['node']],
    ['on Node, of the newest language', anywhere + onNode, ['lib.esnext.d.ts', ...dom], ['node']],
  ])(
    'type-check %s',
    (_, source, lib, types) => {
      expect(diagnosticsOf(source, lib, types)).toEqual([]);
    },
    60_000,
  );
});
