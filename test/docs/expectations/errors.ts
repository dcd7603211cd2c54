import { asyncScheduler, concat, defer, observeOn, of, throwError } from 'rxjs';
import { GeminiError } from '../../../src/index.js';
import { chunk, finishChunk } from '../../../src/testing.js';
import {
  answeredEvents,
  askOverHttp,
  broken,
  failingOnce,
  printResponse,
  shown,
  usualParts,
  usualReply,
  type Expectations,
} from './expectation.js';

/** The usual reply, whose source does not emit on subscription. */
const laterReply = usualReply.pipe(observeOn(asyncScheduler));

/** A reply that breaks after its first text; the second one has the rest. */
function brokenOnce() {
  let requests = 0;
  const reset = new GeminiError('The connection was reset', { kind: 'network' });
  const first$ = concat(
    of(chunk('Hello, ')),
    throwError(() => reset),
  );
  return defer(() => (requests++ === 0 ? first$ : of(chunk('world.'), finishChunk())));
}

/** A route of a reply that has an id and an owner. */
const askForReply = ({ chat }: Readonly<Record<string, unknown>>) =>
  printResponse((request: Request) => (chat as (...values: unknown[]) => Promise<Response>)(request, '1', 'user'));

/** Prints the status and the headers of a preflight, then the answer to the request itself. */
async function askAcrossOrigins({ handle }: Readonly<Record<string, unknown>>): Promise<void> {
  const respond = handle as (request: Request) => Response;
  const preflight = respond(new Request('http://localhost/', { method: 'OPTIONS' }));
  console.log(preflight.status, preflight.headers.get('access-control-allow-headers'));
  await printResponse((request: Request) => {
    const response = respond(request);
    console.log(response.headers.get('access-control-allow-origin'), response.headers.get('cache-control'));
    return response;
  });
}

/** The results of the examples in `docs/errors.md`. */
export const errors: Expectations = {
  'docs/errors: Three tools': [
    { prints: /^from Gemini +0\.0 s .*\| \d\.\d\d s, 3 chunks, 13 characters, STOP\nto the view .*, 1 chunk, .*STOP$/ },
    { prints: /^complete \d+ false$/ },
  ],
  'docs/errors: Nothing arrives until the end': [
    { prints: answeredEvents, use: ({ ask }) => askOverHttp(ask) },
    { prints: 'Hello, \nHello, world.\nHello, world.' },
    { prints: usualParts },
  ],
  'docs/errors: Nothing arrives at all': [
    { prints: 'Hello, world. Here I am.' },
    { reply$: failingOnce(), prints: /^overloaded: next try in \d+ ms\nHello, \nworld.$/ },
  ],
  'docs/errors: The reply is cut, but nothing fails': [
    { prints: 'complete\ntruncated Half of a sen' },
    {
      answer: { chunks: ['Half of a sen'], finishReason: null },
      prints:
        /{"outcome":"failed","kind":"truncated","message":"The reply ended without a finish reason[^"]*","elapsed":\d+,"chunks":1,[^\n]*"outputTokens":4[^\n]*}\n: rx[^]*event: error\ndata: {"kind":"truncated","message":"The reply broke off"/,
      use: ({ POST }) => printResponse(POST),
    },
  ],
  'docs/errors: The error is `truncated`': [
    { answer: broken(), prints: 'Hello, |world.' },
    { reply$: brokenOnce(), prints: 'Hello, |world.' },
  ],
  'docs/errors: `truncated` or `not_found` after a reconnect': [{ prints: answeredEvents, use: askForReply }],
  'docs/errors: The answer stops in the middle of a sentence': [{ prints: 'MAX_TOKENS\ntruncated Once upon a' }],
  'docs/errors: The text appears twice': [{ prints: '1' }, { prints: 'Hello, \nHello, \nnetwork\nHello, \nnetwork' }],
  'docs/errors: The answer is empty': [
    { prints: 'STOP 0 0 13' },
    { prints: 'empty true The model stopped with STOP and gave no answer; a repeat usually helps' },
  ],
  'docs/errors: 429: `rate_limit` or `quota`': [{ prints: 'Hello, world. Here I am.' }],
  'docs/errors: 503: the model is overloaded': [{ prints: 'Hello, world. Here I am.' }],
  'docs/errors: CORS: the browser blocks the request': [
    {
      prints: /^204 Content-Type, Last-Event-ID\nhttps:\/\/app\.example no-cache, no-transform\n: rxjs[^]*event: done/,
      use: askAcrossOrigins,
    },
  ],
  'docs/errors: The server continues after the client has left': [
    { prints: answeredEvents, use: ({ POST }) => printResponse(POST) },
  ],
  'docs/errors: The page freezes during a long reply': [{ prints: shown }],
  'docs/errors: The progress jumps': [
    { prints: 'answering 16\nanswering 33\nanswering 66\nanswering 66\ncomplete 100' },
  ],
  'docs/errors: The next request fails after a tool call': [
    { prints: '[{"role":"user","parts":[{"text":"Hello"}]},{"role":"model","parts":[{"text":"Hello, world."}]}]' },
    { prints: '' },
  ],
  'docs/errors: `first()` returns a chunk without text': [{ reply$: laterReply, prints: '0\nHello, \nHello,' }],
  'docs/errors: A property of my `map` is missing': [
    { prints: 'answering HELLO, \nanswering WORLD.\nanswering \ncomplete' },
  ],
  'docs/errors: Kinds': [{ prints: shown }],
  'docs/errors: The fields of `GeminiError`': [
    {
      prints: `{"name":"GeminiError","message":"The reply broke off","kind":"truncated","retryable":true}
{"name":"GeminiError","message":"The reply broke off","kind":"truncated","retryable":true,"partial":"Half of"}`,
    },
    {
      prints:
        '429 {"error":{"kind":"rate_limit","message":"Too many requests; wait and try again","retryable":true,"retryAfter":12000}}',
    },
  ],
  'docs/errors: Wrong arguments': [
    {
      prints: `Expected \`maxWait\` to be a positive number of ms, got -1
Expected at least one of \`first\`, \`each\` and \`total\`, got none`,
    },
  ],
  'docs/errors: Cancellation': [{ prints: 'Hello, \nthe user pressed Stop' }],
};
