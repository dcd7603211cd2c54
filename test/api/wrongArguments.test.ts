import { trace } from '@opentelemetry/api';
import { NEVER, of } from 'rxjs';
import * as main from 'rxjs-gemini';
import * as agUi from 'rxjs-gemini/ag-ui';
import * as aiSdk from 'rxjs-gemini/ai-sdk';
import * as emulator from 'rxjs-gemini/emulator';
import * as emulatorFetch from 'rxjs-gemini/emulator-fetch';
import * as json from 'rxjs-gemini/json';
import * as operators from 'rxjs-gemini/operators';
import * as otel from 'rxjs-gemini/otel';
import * as redis from 'rxjs-gemini/redis';
import * as testing from 'rxjs-gemini/testing';
import { describe, expect, it } from 'vitest';
import { synchronousRedis } from '../support/synchronousRedis.js';

/** Values that JavaScript may pass as an argument, by their source text. */
const wrong = { undefined: undefined, null: null, 3: 3, x: 'x', '[]': [], '{}': {} };
type Written = keyof typeof wrong;
const all = Object.keys(wrong) as Written[];

/** An argument that is right, and those of the wrong ones that are right as well. */
interface Argument {
  readonly right: unknown;
  readonly accepts: readonly (Written | '3')[];
}

function argument(right: unknown, ...accepts: (Written | '3')[]): Argument {
  return { right, accepts };
}

/** Options that may be left out. */
const options = argument(undefined, 'undefined', '{}');
const callback = argument(() => true);
const anything = argument(undefined, ...(all as (Written | '3')[]));
const observable = argument(of(testing.chunk('a')));
const chunk = argument(testing.chunk('a'), '{}');
/** Which candidate. */
const index = argument(0, 'undefined', '3');
/** The index of a step. */
const stepIndex = argument(0, '3');
const client = argument(testing.fakeGemini([]));
const interactionsClient = argument({
  interactions: { create: () => undefined, get: () => undefined, cancel: () => undefined },
});
/** The type of the parameters is the client's: any object will do. */
const params = argument({ model: 'm', contents: 'Hi' }, '{}');
const text = argument('a', 'x');
const optionalText = argument('a', 'undefined', 'x');
const path = argument('$');
const liveLog = argument('>3 {}\n');
const reader = [chunk, index];
const socket = argument({
  readyState: 1,
  bufferedAmount: 0,
  send: () => undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
});
const response = argument({
  headersSent: false,
  writableEnded: true,
  writeHead: () => undefined,
  write: () => true,
  end: () => undefined,
  on: () => undefined,
  off: () => undefined,
});
const redisClient = argument(synchronousRedis());
const nothing: readonly Argument[] = [];
const agUiInput = { threadId: 't', runId: 'r', messages: [] };

/** THE TABLE: a row for each exported function or class, with its arguments. A test fails while one is missing. */
const rows: Readonly<Record<string, readonly Argument[]>> = {
  ChunkBuilder: nothing,
  GeminiError: [text, argument({ kind: 'network' })],
  // Made by this library only.
  SchemaError: [anything, anything, anything],
  accumulate: nothing,
  // A body is the user's, so a wrong body throws a GeminiError.
  agUiEvents: [argument(agUiInput, ...all)],
  answerCalls: [argument({}, '{}'), options],
  answerContents: [client, argument({ model: 'm', contents: [] })],
  apiError: [argument({ code: 429 })],
  blockedChunk: [optionalText],
  bufferChunks: [argument({ maxWait: 5 })],
  callChunk: [text, options, optionalText],
  chunk: [text, options],
  cancelReply: [redisClient, text, optionalText, options],
  citationsOf: reader,
  citedText: [chunk, callback, index],
  classifyErrors: [options],
  closeMarkdown: [text],
  coalesceMap: [callback],
  configFromAgUi: [argument(agUiInput, ...all)],
  contentsFromAgUi: [argument(agUiInput, ...all)],
  contentsFromUiMessages: [argument([], ...all)],
  completedEvent: [text, optionalText, options],
  contentsOf: reader,
  continueFrom: [argument({ contents: 'Hi' }), chunk, options],
  // A reply without a report costs nothing.
  costOf: [argument({ promptTokenCount: 1 }, 'undefined', '{}'), argument({ input: 1, output: 1 })],
  createChat: [client, argument({ model: 'm' })],
  createdEvent: [text, options],
  defaultLiveReply: [options],
  defaultReply: [options],
  declareTools: [argument({}, '{}')],
  deltaEvent: [stepIndex, argument({ type: 'text', text: 'a' }, '{}')],
  errorEvent: [text, optionalText],
  fakeGemini: [argument([], 'undefined', '[]'), options],
  emulatorFetch: [options],
  fakeWebSocket: [callback],
  formatLiveRecording: [argument([], '[]')],
  fallback: [argument([NEVER]), options],
  finalResponse: nothing,
  finishChunk: [optionalText, options],
  finishReasonOf: reader,
  followReply: [redisClient, text, options],
  fromGemini: [client, params, options],
  fromGenerate: [client, params],
  fromInteraction: [client, params, options],
  fromLive: [client, params, argument(NEVER), options],
  fromSse: [text, options, options],
  fromStream: [callback],
  functionCallsOf: reader,
  hasContent: [chunk],
  hedge: [argument([NEVER]), argument({ after: 5 })],
  httpStatusOf: [anything],
  inspectReply: [text, options],
  interactions: [interactionsClient, argument({ model: 'm' }, '{}'), options],
  isGeminiError: [anything],
  interactionEvents: [client, params, options],
  isNotice: [chunk],
  jsonAt: [path, options],
  jsonTextAt: [path, options],
  marbles: [callback, options],
  mapInOrder: [callback, options],
  mergeChunks: [chunk, chunk],
  parseJson: [options],
  parseLiveRecording: [liveLog],
  partsChunk: [argument([], '[]'), options],
  partsOf: reader,
  pipeToServerResponse: [observable, response, options],
  protectReply: [options],
  publicError: [anything],
  publishReply: [redisClient, text, options],
  createRateLimiter: [argument({ concurrency: 1 })],
  createRedisReplies: [redisClient, options],
  createReplies: [options],
  // A body is the user's, so a wrong body throws a GeminiError.
  readChatRequest: [argument({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }, ...all), options],
  readJsonText: [
    argument(new Request('http://localhost', { method: 'POST', headers: { 'Content-Type': 'application/json' } })),
    options,
  ],
  redisStore: [redisClient, options],
  record: [argument({ write: () => undefined }), options],
  renderEvery: [argument({ interval: 5 })],
  // A text and a list of texts are recordings, though none of `record`: that is told in the stream.
  replay: [argument('', 'x', '[]'), options],
  // A text is JSON lines; one that is not is told by its line.
  replayLiveRecording: [liveLog, options],
  replayRecording: [argument({ exchanges: [{ response: {} }] }, 'x'), options],
  replies: [redisClient, optionalText, options],
  resumeOnDrop: [argument({ continueWith: () => NEVER })],
  retryTransient: [options],
  serveWebSocket: [socket, callback, options],
  shareReply: [options],
  smoothText: [options],
  statusEvent: [text, text],
  stepStartEvent: [stepIndex, argument({ type: 'thought' }, '{}')],
  stepStopEvent: [stepIndex],
  sourcesOf: reader,
  startEmulator: [options],
  stopWhen: [argument({ maxChars: 5 })],
  // A notifier may be any iterable.
  takeUntilCancel: [argument(NEVER, 'x', '[]'), options],
  textEvent: [stepIndex, text],
  textOf: reader,
  thoughtChunk: [text],
  thoughtsOf: reader,
  timeoutReply: [argument({ each: 5 })],
  toAsyncIterable: [observable, options],
  toChunk: [chunk],
  toEvents: nothing,
  // Whatever was thrown.
  toGeminiError: [anything, options],
  toFormat: [argument({ begin: () => ({}) })],
  toParts: nothing,
  toReadableStream: [observable, options],
  toReplyState: nothing,
  toSse: [options],
  toSseResponse: [observable, options],
  toSseText: [options],
  toText: nothing,
  toTurns: [options],
  toWebSocket: [observable, socket, options],
  traceReply: [argument({ tracer: trace.getTracer('') })],
  uiMessageStream: [options],
  usageChunk: [argument({ totalTokenCount: 1 }, '{}')],
  usageOf: [chunk],
  webSocketReplies: [text, options],
  withCost: [argument({ pricePerMillion: { input: 1, output: 1 } })],
  withMetrics: [options],
  withProgress: [options],
};

/** All functions and classes of all entries. */
const exported = new Map(
  [main, operators, json, otel, testing, emulator, emulatorFetch, agUi, aiSdk, redis].flatMap((entry) =>
    Object.entries(entry).filter((pair): pair is [string, Callable] => typeof pair[1] === 'function'),
  ),
);

type Callable = (...values: unknown[]) => unknown;

/** The error that a call throws; undefined if it throws nothing. */
function thrownBy(name: string, values: readonly unknown[]): unknown {
  const callable = exported.get(name)!;
  try {
    if (/^[A-Z]/.test(name)) Reflect.construct(callable, values);
    else callable(...values);
    return undefined;
  } catch (cause) {
    return cause;
  }
}

/** Each way to get one argument wrong. */
function* wrongCalls(name: string): Generator<{ call: string; values: unknown[] }> {
  const row = rows[name] ?? nothing;
  for (const [position, { accepts }] of row.entries()) {
    for (const written of all.filter((one) => !accepts.some((accepted) => accepted === String(one)))) {
      const values = row.map(({ right }) => right).with(position, wrong[written]);
      yield { call: `${name}(${row.map((_, at) => (at === position ? written : '…')).join(', ')})`, values };
    }
  }
}

describe('the table', () => {
  it('has exactly one row for each exported function', () => {
    const missing = [...exported.keys()].filter((name) => !(name in rows));
    expect(missing, 'each needs a row in test/api/wrongArguments.test.ts').toEqual([]);
    expect(Object.keys(rows).filter((name) => !exported.has(name))).toEqual([]);
  });

  it.each(Object.keys(rows))('has valid arguments for %s', (name) => {
    // Functions that start at the call are not called.
    if (name === 'startEmulator') return;
    const row = rows[name]!;
    expect(
      thrownBy(
        name,
        row.map(({ right }) => right),
      ),
    ).toBeUndefined();
  });
});

describe.each(Object.keys(rows).filter((name) => !wrongCalls(name).next().done))('%s', (name) => {
  it.each([...wrongCalls(name)])('refuses $call in a sentence', ({ values }) => {
    const thrown = thrownBy(name, values);
    expect(thrown instanceof TypeError || thrown instanceof RangeError).toBe(true);
    expect((thrown as Error).message).toMatch(/^Expected /);
  });
});

describe('an argument without fields of the caller', () => {
  const builtIn = {
    'a promise': Promise.resolve({}),
    'a map': new Map(),
    'a signal': new AbortController().signal,
    'an Observable': NEVER,
  };
  const taken = Object.entries(rows).flatMap(([name, row]) =>
    row.flatMap((one, position) => (one === options || one === chunk ? [[name, position] as const] : [])),
  );

  it.each(taken)('is refused by %s as its argument %i', (name, position) => {
    for (const value of Object.values(builtIn)) {
      const values = rows[name]!.map(({ right }) => right).with(position, value);
      expect(String(thrownBy(name, values))).toMatch(/^TypeError: Expected .*, got an? /);
    }
  });
});

describe('arguments that used to be ignored, or to fail with an internal message', () => {
  it.each<[string, () => unknown, string]>([
    ['a number for options', () => main.retryTransient(3 as never), 'Expected `options` to be an object, got 3'],
    [
      'a long text, which may be a key',
      () => main.withMetrics('AIza'.repeat(10) as never),
      'Expected `options` to be an object, got a string of 40 characters',
    ],
    [
      'a signal for the request of a source',
      () => main.fromSse('http://x/', new AbortController().signal as never),
      'got an AbortSignal',
    ],
    [
      'a number for options of a sink',
      () => main.toSseResponse(of(), 5 as never),
      'Expected `options` to be an object',
    ],
    ['a callback as options', () => main.mapInOrder(() => [], 4 as never), 'Expected `options` to be an object'],
    [
      'a split without a boundary',
      () => main.bufferChunks({ split: true }),
      "Expected `until` with `split: true`, such as `until: 'sentence'`",
    ],
    [
      'a time in place of the wait for the first content',
      () => main.toSseResponse(of(), { waitForFirst: 5_000 as never }),
      'Expected `waitForFirst` to be true or false, got 5000',
    ],
    [
      'no options where one is required',
      () => main.bufferChunks(undefined as never),
      "Expected `options` to be an object, as in `bufferChunks({ until: 'sentence' })`, got undefined",
    ],
    [
      'prices that are no level deeper',
      () => main.withCost({ input: 1, output: 1 } as never),
      'Expected `pricePerMillion`',
    ],
    [
      'a number for a reply',
      () => main.textOf(3 as never),
      'Expected `response` to be a response object of Gemini, got number',
    ],
    ['no client', () => (main.fromGemini as Callable)(), 'Expected `ai` to be a client'],
    [
      'a writable that cannot write',
      () => main.record({ write: 3 } as never),
      'Expected `writable` to be an object with',
    ],
    [
      'a number for a locale',
      () => main.bufferChunks({ until: 'word', locale: 3 as never }),
      'Expected `locale` to be',
    ],
    [
      'a number for attributes',
      () => otel.traceReply({ tracer: trace.getTracer(''), attributes: 3 as never }),
      'Expected `attributes` to be an object, got 3',
    ],
    ['a text for a candidate', () => main.textOf({}, 'x' as never), 'Expected `index` to be the index of a candidate'],
    [
      'a JSON Schema, which checks nothing by itself',
      () => json.parseJson({ type: 'object', properties: {} } as never),
      'Expected `schema` to be a Standard Schema (of zod, valibot, arktype, …) or options with a `schema`, got an object',
    ],
    [
      'a function that is not a schema',
      () => json.jsonAt('$', JSON.parse as never),
      'Expected `schema` to be a Standard Schema (of zod, valibot, arktype, …) or options with a `schema`, got a function',
    ],
    ['null for a chat', () => (main.createChat as Callable)(null), 'Expected `source` to be a client of @google/genai'],
    ['a text for a limit', () => main.stopWhen('END' as never), "Expected `limit` to be an object, got 'END'"],
    [
      'null for a chunk',
      () => new main.ChunkBuilder().append(null as never),
      'Expected `chunk` to be a response object',
    ],
    [
      'a number for the retries of a protected reply',
      () => main.protectReply({ retries: 3 } as never),
      'Expected the options of protectReply to be among timeout, classify, limit, retry, resume, cancel, got `retries`',
    ],
  ])('%s', (_, call, sentence) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(sentence);
  });

  it('fail the stream if a callback returns a wrong value', () => {
    const errors: unknown[] = [];
    const params = (() => null) as never;
    main.fromGemini(testing.fakeGemini([]), params).subscribe({ error: (cause: unknown) => errors.push(cause) });
    expect(String(errors[0])).toContain('Expected `params` to be an object, got null');
  });
});
