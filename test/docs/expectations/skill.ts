import { concat, lastValueFrom, NEVER, of, toArray, type Observable } from 'rxjs';
import type { EmulatorReply } from '../../../src/emulator.js';
import { isGeminiError, type GeminiChunk } from '../../../src/index.js';
import { callChunk, chunk, finishChunk, thoughtChunk } from '../../../src/testing.js';
import { shown, text, type Expectations } from './expectation.js';

/** Prints the text of each of two subscriptions that are made at once. */
async function printTwice(reply$: unknown): Promise<void> {
  const texts = [1, 2].map(() => lastValueFrom((reply$ as Observable<GeminiChunk>).pipe(toArray())));
  for (const chunks of await Promise.all(texts)) console.log(chunks.map((one) => one.text).join(''));
}

/** Prints the positions in the queue that two requests at once get. */
async function printQueue(request: unknown): Promise<void> {
  const replies = [1, 2].map(() => lastValueFrom((request as () => Observable<GeminiChunk>)().pipe(toArray())));
  const chunks = (await Promise.all(replies)).flat();
  console.log(chunks.flatMap(({ queued }) => queued?.position ?? []));
}

/** An answer that calls the function `weather`. */
const callAnswer = {
  candidates: [
    {
      content: { role: 'model', parts: [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }] },
      finishReason: 'STOP',
    },
  ],
};

/** Prints the kind of a failure. */
async function printKind(source: unknown): Promise<void> {
  await lastValueFrom(source as Observable<unknown>).catch((error: unknown) => {
    console.log(isGeminiError(error) ? error.kind : error);
  });
}

/** The answer has the number of its request. */
const counted: EmulatorReply = ({ index }) => `Answer ${String(index + 1)}.`;

/** The answer obeys a system instruction that a page has no right to. */
const obedient: EmulatorReply = ({ body }) => (JSON.stringify(body).includes('Be rude.') ? 'Rude.' : 'Polite.');

/** Prints the texts of a route's events, for a page that sends an instruction of its own. */
async function postInstruction(route: unknown): Promise<void> {
  const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
  const body = JSON.stringify({ contents, config: { systemInstruction: 'Be rude.' } });
  const request = new Request('http://localhost/api/chat', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  const response = await (route as (request: Request) => Promise<Response>)(request);
  console.log([...(await response.text()).matchAll(/"text":"(\w+\.)"/g)].map(([, found]) => found).join());
}

const weather = callChunk('weather', { city: 'Rome' });

/** The results of the examples in `SKILL.md`: those of the wrong forms are the faults that it warns of. */
export const skill: Expectations = {
  'SKILL: The order of operators': [{ prints: /Hello, world\. Here I am\.$/ }],
  'SKILL: Without a key': [{ prints: /^You asked:[^]*\nFrom a server\nFrom a fake$/, needsFetch: true }],
  'SKILL: Tools, Live and JSON': [
    {
      answer: ({ index }) => (index === 0 ? [callAnswer] : 'Seven degrees.'),
      prints: 'Seven degrees.',
    },
    { prints: /^You said: Hello\./ },
    {
      answer: ({ index }) => (index === 0 ? ['{"title":"So', 'up","serves":4}'] : '{"title":"Soup"}'),
      prints: /^undefined false 0\nSo false [^]*\nSoup true 0\.\d+\nprotocol$/,
      use: ({ recipe$ }) => printKind(recipe$),
    },
  ],
  "SKILL: 1. from() around the SDK's stream": [
    {
      prints: `Hello, Here I am.\nworld. \n${text}\n${text}`,
      use: async ({ wrong$, right$ }) => {
        await printTwice(wrong$);
        await printTwice(right$);
      },
    },
  ],
  'SKILL: 2. Two subscriptions, or no subscription': [
    {
      answer: counted,
      prints: 'Answer 1.\nAnswer 2.\nAnswer 3.\nAnswer 3.',
      use: async ({ wrong$, right$ }) => {
        await printTwice(wrong$);
        await printTwice(right$);
      },
    },
  ],
  'SKILL: 3. first() and toArray() of rxjs, which meet notices': [{ prints: "[ '', 'Hello, ' ]" }],
  'SKILL: 4. catchError above protectReply': [
    { reply$: of(chunk('Hello, ')), prints: 'wrong: Hello, \nright: Hello, \nright: (no reply)' },
  ],
  'SKILL: 5. retry() of rxjs, or `retryOptions` of the SDK': [
    {
      answer: ({ index }) => (index === 0 ? { chunks: ['Hello, ', 'nobody'], dropAfter: { chunks: 1 } } : text),
      prints: `Hello, ${text}`,
    },
    {
      answer: ({ index }) => (index === 0 ? { chunks: ['Hello, ', 'nobody'], dropAfter: { chunks: 1 } } : 'world.'),
      prints: shown,
    },
  ],
  'SKILL: 6. A limiter for each request': [
    {
      prints: '[]\n[ 1, 0 ]',
      use: async ({ wrong, right }) => {
        await printQueue(wrong);
        await printQueue(right);
      },
    },
  ],
  'SKILL: 7. throttleTime, sampleTime, auditTime or debounceTime on chunks': [
    { prints: 'wrong: Hello, \nright: Hello, world.' },
  ],
  'SKILL: 8. Adding up chunks, or reading `candidates` by hand': [
    {
      reply$: of(thoughtChunk('Hm. '), chunk('Hello.'), weather, finishChunk()),
      prints: "wrong: Hm. Hello.\nright: Hello. Hm.  [ { name: 'weather', args: { city: 'Rome' } } ]",
    },
    {
      reply$: of(chunk('{"a":'), chunk('1}')),
      prints: 'wrong: SyntaxError\nright: {} false\nright: {"a":1} false\nright: {"a":1} true',
    },
  ],
  'SKILL: 9. takeUntil, or an AbortController of your own': [
    {
      reply$: concat(of(chunk('Hello, ')), NEVER),
      prints: /wrong: complete Hello, \n[^]*right: cancelled Hello,$/,
    },
  ],
  'SKILL: 10. The key in the browser, or a history without a check': [
    {
      answer: obedient,
      prints: 'Rude.\nPolite.',
      use: async ({ wrong, right }) => {
        await postInstruction(wrong);
        await postInstruction(right);
      },
    },
    { prints: shown },
  ],
};
