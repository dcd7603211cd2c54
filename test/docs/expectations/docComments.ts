import { concat, map, NEVER, of, timer, type Observable } from 'rxjs';
import { apiError, type Emulator } from '../../../src/emulator.js';
import { textOf, type GeminiChunk } from '../../../src/index.js';
import { callChunk, chunk, finishChunk } from '../../../src/testing.js';
import {
  answeredEvents,
  askOverHttp,
  askOverSocket,
  broken,
  failingOnce,
  lines,
  postTo,
  printAnswer,
  printTexts,
  shown,
  text,
  usage,
  usualAnswer,
  usualEvents,
  usualParts,
  type Expectations,
} from './expectation.js';

/** The results of the examples in doc comments. */
export const docComments: Expectations = {
  cancelReply: [{ prints: 'false', needsRedis: true }],
  ChunkBuilder: [{ prints: 'Hello, world' }],
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
  answerCalls: [{ prints: '[{"id":"1","name":"weather","response":{"output":"It is sunny in Rome."}}]' }],
  answerContents: [
    { prints: text },
    {
      answer: ({ index }) =>
        index === 0 ? { chunks: [callChunk('weather', { city: 'Rome' }), finishChunk()] } : 'No: it has 21 °C.',
      prints: 'No: it has 21 °C.',
    },
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
    { prints: text },
    { prints: /^user: Why is the sky blue\?\n[^]*user: And at dusk\?\nmodel: Hello, world. Here I am\.$/ },
  ],
  createRateLimiter: [{ prints: lines }],
  createRedisReplies: [{ prints: text, needsRedis: true }],
  createReplies: [{ prints: text }],
  createdEvent: [
    {
      prints: 'interaction.created step.start step.delta interaction.completed',
      use: ({ events }) => {
        console.log((events as { readonly event_type: string }[]).map(({ event_type: type }) => type).join(' '));
      },
    },
  ],
  defaultLiveReply: [
    {
      prints: /^http:/,
      use: async ({ emulator }) => {
        console.log((emulator as Emulator).url);
        await (emulator as Emulator).close();
      },
    },
  ],
  declareTools: [{ prints: '[{"functionDeclarations":[{"description":"The time of day.","name":"now"}]}]' }],
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
  followReply: [{ prints: 'Hello, world.', needsRedis: true }],
  fromGemini: [{ prints: text }],
  fromGenerate: [{ prints: text }],
  fromInteraction: [{ prints: text }],
  formatLiveRecording: [{ prints: />\d+ \{"setup"[^]*<\d+ \{"setupComplete"/ }],
  fromLive: [{ prints: /Why is the sky blue\?/ }],
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
  publishReply: [{ prints: text, needsRedis: true }],
  redisStore: [{ prints: lines, needsRedis: true }],
  readChatRequest: [{ prints: answeredEvents }],
  readJsonText: [{ prints: answeredEvents }],
  record: [{ prints: usualParts }],
  renderEvery: [{ prints: `Hello, \n${shown}` }],
  replay: [{ prints: 'Hello, \nworld' }],
  replayLiveRecording: [
    {
      prints: /^http:/,
      use: async ({ emulator }) => {
        console.log((emulator as Emulator).url);
        await (emulator as Emulator).close();
      },
    },
  ],
  replayRecording: [{ prints: /Hello, [^]*world/, use: ({ emulator }) => printAnswer(emulator) }],
  replies: [{ prints: '', needsRedis: true }],
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
  toTurns: [{ prints: 'Hello? Hello,  interrupted\nundefined Yes? undefined' }],
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
