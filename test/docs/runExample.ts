import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { inspect } from 'node:util';
import { GoogleGenAI, Modality, type GoogleGenAIOptions } from '@google/genai';
import { metrics, trace } from '@opentelemetry/api';
import * as rxjs from 'rxjs';
import ts from 'typescript';
import { vi } from 'vitest';
import { z } from 'zod';
import * as agUiEntry from '../../src/agUi.js';
import * as redisEntry from '../../src/redis.js';
import * as aiSdkEntry from '../../src/aiSdk.js';
import * as emulatorEntry from '../../src/emulator.js';
import * as emulatorFetchEntry from '../../src/emulatorFetch.js';
import * as mainEntry from '../../src/index.js';
import * as jsonEntry from '../../src/json.js';
import * as otelEntry from '../../src/otel.js';
import * as testingEntry from '../../src/testing.js';
import { deferred } from '../support/outcome.js';
import { pairedSockets } from '../support/pairedSockets.js';
import { recordings } from '../support/recordings.js';

/** The entries whose exports an example may use, by the name of their module. */
export const entries = {
  rxjs,
  'rxjs-gemini': mainEntry,
  'rxjs-gemini/json': jsonEntry,
  'rxjs-gemini/otel': otelEntry,
  'rxjs-gemini/testing': testingEntry,
  'rxjs-gemini/ag-ui': agUiEntry,
  'rxjs-gemini/redis': redisEntry,
  'rxjs-gemini/ai-sdk': aiSdkEntry,
  'rxjs-gemini/emulator': emulatorEntry,
  'rxjs-gemini/emulator-fetch': emulatorFetchEntry,
};

/** The log of a Live session, for an example that reads one. */
const sessionLog = testingEntry.formatLiveRecording([
  { from: 'client', message: { setup: { model: 'models/any' } } },
  { from: 'server', message: { setupComplete: {} } },
]);

/** An example's own imports, which come first where it is copied. */
export const importLine = /^import .*$/gm;

/** The values that an example declares at its top level, by name. */
export type Declared = Readonly<Record<string, unknown>>;

/** The surroundings of an example. */
export interface Surroundings {
  /** The client. */
  readonly ai: GoogleGenAI;
  /** The reply, which is also the answer of the server at `/api/chat`. */
  readonly reply$: rxjs.Observable<mainEntry.GeminiChunk>;
  /** The client of Redis, for an example that needs one. */
  readonly redis?: redisEntry.RedisClient | undefined;
  /** Uses the declared values, where the example does not do that by itself. */
  readonly use?: ((declared: Declared) => unknown) | undefined;
}

/** Calls `run` while nothing reaches the console; `printed` returns everything that was printed so far. */
export async function capture(run: (printed: () => string) => Promise<void>): Promise<void> {
  let text = '';
  const write = (more: unknown) => {
    text += String(more);
    return true;
  };
  const print = (...values: unknown[]) => {
    write(`${values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ')}\n`);
  };
  const mocks = [
    vi.spyOn(console, 'log').mockImplementation(print),
    vi.spyOn(console, 'error').mockImplementation(print),
    vi.spyOn(process.stdout, 'write').mockImplementation(write),
    vi.spyOn(process.stderr, 'write').mockImplementation(write),
  ];
  try {
    await run(() => text);
  } finally {
    for (const mock of mocks) mock.mockRestore();
  }
}

/** Runs an example and waits for the requests that it makes. */
export async function runExample(code: string, { ai, reply$, redis, use }: Surroundings): Promise<void> {
  const requests: Promise<void>[] = [];
  const tracked =
    <A extends unknown[], T>(source: (...values: A) => rxjs.Observable<T>) =>
    (...values: A) =>
      rxjs.defer(() => {
        const { promise, resolve } = deferred();
        requests.push(promise);
        return source(...values).pipe(rxjs.finalize(resolve));
      });
  const { fromGemini, fromGenerate, fromInteraction, fromLive, fromSse, fromStream, interactionEvents } = mainEntry;
  const scope: Record<string, unknown> = {
    ...(Object.assign({}, ...Object.values(entries)) as object),
    fromGemini: tracked(fromGemini),
    fromGenerate: tracked(fromGenerate),
    fromInteraction: tracked(fromInteraction),
    fromLive: tracked(fromLive),
    interactionEvents: tracked(interactionEvents),
    fromSse: tracked((input: string, init: mainEntry.FromSseInit) =>
      fromSse(input, init, { fetch: () => Promise.resolve(mainEntry.toSseResponse(reply$)) }),
    ),
    fromStream: tracked(fromStream),
    webSocketReplies: (target: string, options: mainEntry.WebSocketRepliesOptions = {}) => {
      // That of the example, if it has one.
      if (options.WebSocket) return tracked(mainEntry.webSocketReplies(target, { ...options, maxIdle: 0 }));
      const { WebSocket } = pairedSockets((socket) => void mainEntry.serveWebSocket(socket, () => reply$));
      return tracked(mainEntry.webSocketReplies('ws://host/', { WebSocket, maxIdle: 0 }));
    },
    // A client that is told an address is one of an emulator.
    GoogleGenAI: function (options: GoogleGenAIOptions) {
      return options.httpOptions ? new GoogleGenAI(options) : ai;
    },
    it: (_: string, test: () => void) => {
      test();
    },
    createWriteStream: () =>
      new Writable({
        write(text, _, done) {
          process.stdout.write(text as Uint8Array);
          done();
        },
      }),
    pipeline,
    readFile: (name: string) => Promise.resolve(name.endsWith('.log') ? sessionLog : JSON.stringify(recordings()[0])),
    Modality,
    ai,
    metrics,
    trace,
    z,
    apiKey: 'key',
    model: 'gemini-2.5-flash',
    reply$,
    redis,
  };
  const body = code.replace(importLine, '');
  const { outputText } = ts.transpileModule(`{\n${body}\nreturn { ${declaredIn(body).join(', ')} };\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  type AsyncConstructor = new (...sources: string[]) => (...values: unknown[]) => Promise<Declared>;
  const AsyncFunction = (async () => Promise.resolve()).constructor as AsyncConstructor;
  const declared = await new AsyncFunction(...Object.keys(scope), outputText)(...Object.values(scope));
  await use?.(declared);
  await Promise.all(requests);
}

/** The names that a code declares at its top level. */
function declaredIn(code: string): string[] {
  return ts
    .createSourceFile('example.ts', code, ts.ScriptTarget.Latest)
    .statements.filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .map(({ name }) => (name as ts.Identifier).text);
}
