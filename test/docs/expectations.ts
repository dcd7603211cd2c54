import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  concat,
  defer,
  firstValueFrom,
  lastValueFrom,
  map,
  NEVER,
  of,
  throwError,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import { apiError, type Emulator, type EmulatorAnswer, type EmulatorReply } from '../../src/emulator.js';
import {
  GeminiError,
  textOf,
  toChunk,
  type GeminiChat,
  type GeminiChunk,
  type WebSocketLike,
} from '../../src/index.js';
import { callChunk, chunk, finishChunk } from '../../src/testing.js';
import type { Declared } from './runExample.js';

/** The result of an example, and the surroundings that show it. */
export interface Expectation {
  /** Everything that the example prints, spaces at both ends aside; a pattern where it measures time. */
  readonly prints: string | RegExp;
  /** The reply of the example. @defaultValue `usualReply` */
  readonly reply$?: Observable<GeminiChunk>;
  /** The answers of the emulator. @defaultValue `usualAnswer` */
  readonly answer?: EmulatorReply | EmulatorAnswer;
  /** The virtual time that passes after the example has run, in ms. @defaultValue time is real */
  readonly passes?: number;
  /** Whether the example needs `httpOptions.fetch`, which the SDK has from 2.24 on. */
  readonly needsFetch?: boolean;
  /** Uses the values that the example only declares. */
  readonly use?: (declared: Declared) => unknown;
}

const usage = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 };

export const usualReply: Observable<GeminiChunk> = of(chunk('Hello, '), chunk('world.'), finishChunk('STOP', usage));

export const usualAnswer = ['Hello, ', 'world. ', 'Here I am.'];

const lines = usualAnswer.join('\n');
const text = usualAnswer.join('');

const usualEvents = [
  'data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Hello, "}]}}]}',
  'data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"world."}]}}]}',
  `data: {"candidates":[{"index":0,"finishReason":"STOP"}],"usageMetadata":${JSON.stringify(usage)}}`,
  'event: done\ndata: {}',
];

/** A stream of events of the usual answer, with the texts and the end in order. */
const answeredEvents =
  /^: rxjs-gemini heartbeat=15000( after=-1)?\n[^]*"Hello, "[^]*"world. "[^]*"Here I am."[^]*event: done/;

const usualParts = ['Hello, ', 'world.'].join('\n');
const shown = usualParts.replace('\n', '');

/**
 * THE TABLE: the results of the examples of a declaration, or of those under a heading of the README, in order. A test
 * fails while one is missing, and shows what the example prints.
 */
export const expectations: Readonly<Record<string, readonly Expectation[]>> = {
  ChunkBuilder: [{ prints: 'Hello, world' }],
  'README: Conversations': [
    { prints: /model complete Hello, world. Here I am\.\n[^]*user \w+ And tomorrow\?[^]*I am\.$/ },
  ],
  'README: Errors': [{ prints: 'Hello, world. Here I am.' }, { answer: broken(), prints: 'Hello, |world.' }],
  'README: In the browser': [
    { prints: usualParts },
    {
      prints: answeredEvents,
      use: ({ chat }) =>
        printResponse((request: Request) => (chat as (...values: unknown[]) => unknown)(request, '1', 'user')),
    },
  ],
  'README: Recipes': [
    { reply$: of(chunk('One. Two'), chunk('!')), prints: `${text} ${text}` },
    {
      reply$: of(
        toChunk({
          candidates: [
            {
              content: { parts: [{ text: 'Thé vert. Enjoy!' }] },
              groundingMetadata: {
                groundingChunks: [{ web: { title: 'tea.org', uri: 'https://tea.org' } }],
                groundingSupports: [{ segment: { endIndex: 10 }, groundingChunkIndices: [0] }],
              },
            },
          ],
        }),
      ),
      prints: 'Thé vert.[1] Enjoy!\n[1] tea.org: https://tea.org',
    },
    {
      answer: ['{"title":"Bread",', '"steps":["Bake."]}'],
      prints: /^Bread \d\.\d+/,
    },
    { prints: '{"outcome":"complete","cost":0.0000109}' },
    { prints: shown },
  ],
  'README: Testing your own code': [
    { prints: '' },
    { needsFetch: true, prints: /^(rate_limit: waiting\n){2}[^]*am\.$/ },
  ],
  'README: To the browser, from any server': [
    { prints: answeredEvents, use: ({ POST }) => printResponse(POST) },
    { prints: answeredEvents, use: ({ ask }) => askOverHttp(ask) },
    { prints: /"reply":"1","data".*"Hello, "[^]*"event":"done"/, use: ({ serve }) => askOverSocket(serve) },
  ],
  'README: Twelve lines': [{ prints: /^Hello, world. Here I am.complete \{\n +elapsed: \d+,/ }],
  'docs/interactions: A reply': [
    {
      answer: {
        interaction: {
          steps: [
            { type: 'google_search_call', id: 'a', arguments: { queries: ['cannes'] } },
            { type: 'google_search_result', call_id: 'a', result: [] },
            {
              type: 'model_output',
              content: [
                { type: 'text', text: 'Three.', annotations: [{ type: 'url_citation', url: 'https://example.com' }] },
              ],
            },
          ],
        },
      },
      prints: "searches { queries: [ 'cannes' ] }\nThree.\nhttps://example.com",
    },
  ],
  'docs/interactions: Conversations with a history on the server': [
    {
      answer: ({ prompt, interaction }) => `${prompt} ${String(interaction?.history.length)}`,
      prints: 'My name is Ada. 0, What is my name? 2',
      use: async ({ chat }) => {
        const messages = await firstValueFrom((chat as GeminiChat).messages$);
        console.log(
          messages
            .filter(({ role }) => role === 'model')
            .map((message) => message.text)
            .join(', '),
        );
      },
    },
  ],
  'docs/interactions: Errors': [{ answer: broken(4), prints: 'Hello, |world.' }],
  'docs/interactions: Interactions': [
    { prints: /^(?=(?:[^]*Hello, ){2})(?=(?:[^]*world\. ){2})(?=(?:[^]*Here I am\.){2})/ },
  ],
  'docs/interactions: Runs in the background': [{ prints: text }],
  'docs/interactions: Testing': [{ prints: '' }],
  agUiEvents: [
    {
      prints: [
        'RUN_STARTED',
        'TEXT_MESSAGE_START',
        'TEXT_MESSAGE_CONTENT',
        'TEXT_MESSAGE_CONTENT',
        'TEXT_MESSAGE_END',
        'RUN_FINISHED',
      ].join('\n'),
    },
  ],
  accumulate: [{ prints: '13 []' }],
  answerContents: [
    {
      answer: ({ index }) =>
        index === 0 ? { chunks: [callChunk('weather', { city: 'Rome' }), finishChunk()] } : 'No: it has 21 °C.',
      prints: 'No: it has 21 °C.',
    },
    { prints: text },
  ],
  apiError: [
    {
      prints: /^\{[^]*"code": ?429[^]*"31s"[^]*\}\n[^]*Here I am\.[^]*$/,
      use: async ({ emulator }) => {
        console.log(await postTo(emulator));
        await printAnswer(emulator);
      },
    },
  ],
  bufferChunks: [{ prints: 'Hello, world.\nHello, \nworld.' }],
  chunk: [{ prints: 'Hello, \nworld', use: ({ reply$ }) => printTexts(reply$) }],
  classifyErrors: [
    {
      reply$: of(chunk('Hello, ')),
      prints: "truncated: The reply ended without a finish reason, so it is not whole, after 'Hello, '",
    },
  ],
  citedText: [{ prints: 'Café crème is safe to drink[1](https://who.int/coffee). Enjoy!' }],
  closeMarkdown: [{ prints: 'Read **the man**' }],
  coalesceMap: [{ prints: '1: world.' }],
  configFromAgUi: [{ prints: "[ 'openDoor' ]" }],
  contentsFromAgUi: [{ prints: '[{"role":"user","parts":[{"text":"Hello"}]}]' }],
  contentsFromUiMessages: [{ prints: '[{"role":"user","parts":[{"text":"Hello"}]}]' }],
  contentsOf: [
    {
      prints: '[{"role":"user","parts":[{"text":"Hello"}]},{"role":"model","parts":[{"text":"Hello to you"}]}]',
      use: ({ history }) => {
        console.log(JSON.stringify(history));
      },
    },
  ],
  continueFrom: [{ prints: '3' }],
  costOf: [{ prints: '0.000692' }],
  createChat: [
    { prints: /^user: Why is the sky blue\?\n[^]*user: And at dusk\?\nmodel: Hello, world. Here I am\.$/ },
    { prints: text },
  ],
  createRateLimiter: [{ prints: lines }],
  createReplies: [{ prints: text }],
  createdEvent: [
    {
      prints: 'interaction.created step.start step.delta interaction.completed',
      use: ({ events }) => {
        console.log((events as { readonly event_type: string }[]).map(({ event_type: type }) => type).join(' '));
      },
    },
  ],
  defaultReply: [{ prints: /"text"/, use: ({ emulator }) => printAnswer(emulator) }],
  fakeGemini: [{ prints: 'Hello \nworld' }],
  emulatorFetch: [{ needsFetch: true, prints: 'You said: Hello 1' }],
  fakeWebSocket: [{ prints: 'Hello' }],
  fallback: [
    {
      answer: ({ model }) =>
        model === 'gemini-2.5-pro' ? { error: apiError({ code: 429, quotaId: 'PerDay' }) } : usualAnswer,
      prints: lines,
    },
  ],
  finalResponse: [{ prints: 'Hello, world. 7' }],
  fromGemini: [{ prints: text }],
  fromGenerate: [{ prints: text }],
  fromInteraction: [{ prints: text }],
  fromSse: [{ prints: usualParts }],
  fromStream: [{ prints: lines, use: ({ reply$ }) => printTexts(reply$) }],
  functionCallsOf: [{ prints: "[ { name: 'weather', args: { city: 'Cheyenne' } } ]" }],
  hedge: [{ prints: lines }],
  httpStatusOf: [{ prints: '429' }],
  inspectReply: [{ prints: /^from Gemini .*▃\| .*13 characters, STOP\nto the view .*▃\| .*13 characters, STOP$/ }],
  interactions: [{ prints: text }],
  isNotice: [{ prints: 'Hello,' }],
  interactionEvents: [{ prints: 'model_output' }],
  jsonAt: [{ prints: 'Soup\nBread' }, { prints: 'Soup\nBread' }],
  jsonTextAt: [{ prints: 'It w\nas early.' }],
  // It asserts by itself.
  marbles: [{ prints: '' }],
  mapInOrder: [{ prints: 'HELLO, WORLD.' }],
  mergeChunks: [{ prints: 'Hello, world' }],
  parseJson: [
    { prints: 'So false undefined\nSoup false undefined\nSoup false 30\nSoup true 30' },
    { prints: 'So false\nSoup false\nSoup false\nSoup true' },
  ],
  pipeToServerResponse: [{ prints: answeredEvents, use: ({ ask }) => askOverHttp(ask) }],
  protectReply: [{ prints: usualParts }],
  publicError: [{ prints: 'Too many requests; wait and try again' }],
  readChatRequest: [{ prints: answeredEvents }],
  record: [{ prints: usualParts }],
  renderEvery: [{ prints: `Hello, \n${shown}` }],
  replay: [{ prints: 'Hello, \nworld' }],
  replayRecording: [{ prints: /Hello, [^]*world/, use: ({ emulator }) => printAnswer(emulator) }],
  resumeOnDrop: [{ answer: broken(), prints: '(resumed after truncated)' }],
  retryTransient: [{ reply$: failingOnce(), prints: /^(overloaded: trying again in \d+ ms\n){1,2}Hello, \nworld\.$/ }],
  serveWebSocket: [
    { prints: /"reply":"1","data".*"Hello, "[^]*"event":"done"/, use: ({ serve }) => askOverSocket(serve) },
    { prints: /"reply":"1","data".*"Hello, "[^]*"event":"done"/, use: ({ serve }) => askOverSocket(serve) },
  ],
  shareReply: [{ prints: 'Hello, world.{ promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 }' }],
  smoothText: [{ prints: 'Hello, world.' }],
  sourcesOf: [{ prints: '[1] who.int: Café crème is safe to drink' }],
  startEmulator: [{ prints: 'You said: Hello' }],
  stopWhen: [
    {
      reply$: of(chunk('Fine.\nUs'), chunk('er: and you?'), finishChunk()),
      prints: /^Fine\. (undefined\n +)?pattern$/,
    },
  ],
  takeUntilCancel: [{ reply$: concat(of(chunk('Hello, ')), NEVER), prints: 'Hello, \n(the user pressed Escape)' }],
  timeoutReply: [{ reply$: NEVER, passes: 10_000, prints: 'The model did not begin to answer within 10000 ms' }],
  toAsyncIterable: [{ prints: shown }, { prints: shown }],
  toChunk: [
    {
      prints: text,
      use: ({ chunk }) => {
        console.log(textOf(chunk as GeminiChunk));
      },
    },
  ],
  toEvents: [{ prints: usualParts }],
  toFormat: [{ prints: 'begins\nsays Hello, \nsays world.\nends' }],
  toGeminiError: [{ prints: 'network true' }],
  toParts: [{ prints: `${shown}\nSTOP { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 }` }],
  toReadableStream: [{ prints: shown }, { prints: usualParts }],
  toReplyState: [{ prints: `waiting  undefined\nstreaming ${shown} undefined\ncomplete ${shown} undefined` }],
  toSse: [
    {
      prints: usualEvents
        .map((event) => event.replace(/^data:/, 'undefined chunk'))
        .join('\n')
        .replace('event: done\ndata:', 'undefined done'),
    },
  ],
  toSseResponse: [{ prints: answeredEvents }],
  toSseText: [{ prints: [': rxjs-gemini heartbeat=15000', ...usualEvents].join('\n\n') }],
  toText: [{ prints: usualParts }],
  toWebSocket: [{ prints: /"data".*"Hello, "[^]*"event":"done"[^]*closed$/, use: ({ serve }) => askOverSocket(serve) }],
  traceReply: [{ prints: usualParts }],
  uiMessageStream: [
    { prints: /^: .*\n\ndata: \{"type":"start"\}\n[^]*"delta":"Hello, [^]*"finishReason":"stop"[^]*data: \[DONE\]$/ },
  ],
  webSocketReplies: [{ prints: usualParts }],
  withCost: [{ prints: 'about $0.000004\nabout $0.000008\n$0.000011' }],
  withMetrics: [
    {
      reply$: concat(of(chunk('Hello, ')), timer(500).pipe(map(() => finishChunk('STOP', usage)))),
      passes: 500,
      prints: JSON.stringify({ outcome: 'complete', elapsed: 500, chars: 7, ...usage, cost: 0.0000109 }),
      use: ({ measured$ }) => {
        (measured$ as Observable<unknown>).subscribe();
      },
    },
  ],
  withProgress: [{ prints: /^answering: 0 %\n[^]*: 100 %$/ }],
};

/** The usual reply, after one failure that may pass. */
function failingOnce(): Observable<GeminiChunk> {
  let count = 0;
  const busy = new GeminiError('The service is busy', { kind: 'overloaded' });
  return defer(() => (count++ === 0 ? throwError(() => busy) : usualReply));
}

/** Answers of which the first breaks off. */
/** A reply that breaks after its first text, which is one chunk or, in an interaction, the fourth event. */
function broken(chunks = 1): EmulatorReply {
  return ({ index }) => (index === 0 ? { chunks: ['Hello, ', 'nobody'], dropAfter: { chunks } } : ['world.']);
}

async function printTexts(reply$: unknown): Promise<void> {
  const texts$ = (reply$ as Observable<GeminiChunk>).pipe(map((one) => one.text));
  for (const each of await lastValueFrom(texts$.pipe(toArray()))) console.log(each);
}

async function printResponse(handler: unknown): Promise<void> {
  const response = await (handler as (request: Request) => Response | Promise<Response>)(
    new Request('http://localhost/', { method: 'POST' }),
  );
  console.log(await response.text());
}

/** Prints the answer of a handler of `node:http` to a request. */
async function askOverHttp(handler: unknown): Promise<void> {
  const server = createServer(handler as RequestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  console.log(await response.text());
  server.close();
}

/** Prints the messages that a handler of sockets sends to a client with one question. */
async function askOverSocket(handler: unknown): Promise<void> {
  const listeners = new Map<string, (event: { readonly data: unknown }) => void>();
  const done = new Promise<void>((resolve) => {
    const socket: WebSocketLike & Record<'pause' | 'resume', () => void> = {
      readyState: 1,
      bufferedAmount: 0,
      send(message) {
        console.log(message);
        if (message.includes('"event":"done"')) setTimeout(resolve);
      },
      close: () => {
        console.log('closed');
      },
      pause: () => undefined,
      resume: () => undefined,
      addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) =>
        listeners.set(type, listener),
      removeEventListener: (type: string) => listeners.delete(type),
    };
    (handler as (socket: WebSocketLike, isAllowed: Promise<boolean>) => unknown)(socket, Promise.resolve(true));
  });
  await Promise.resolve();
  await Promise.resolve();
  listeners.get('message')?.({ data: JSON.stringify({ reply: '1', message: 'Hello' }) });
  await done;
  listeners.get('close')?.({ data: undefined });
}

/** The body of an emulator's answer to a question. */
async function postTo(emulator: unknown): Promise<string> {
  const { url } = emulator as Emulator;
  const body = JSON.stringify({ contents: [{ parts: [{ text: 'Hello' }] }] });
  const response = await fetch(`${url}/v1beta/models/m:generateContent`, { method: 'POST', body });
  return response.text();
}

/** Prints an emulator's answer, and closes the emulator. */
async function printAnswer(emulator: unknown): Promise<void> {
  console.log(await postTo(emulator));
  await (emulator as Emulator).close();
}
