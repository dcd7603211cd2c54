import { defer, of, type Observable } from 'rxjs';
import { toChunk, type GeminiChat, type GeminiChunk } from '../../../src/index.js';
import { answeredEvents, askOverSocket, printTexts, usualParts, usualReply, type Expectations } from './expectation.js';

const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
const question = JSON.stringify({ contents });

/** Posts a question to a route, and prints its answer. */
async function post(route: unknown, ...more: readonly string[]): Promise<void> {
  const request = new Request('http://localhost/', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: question,
  });
  const answer = route as (request: Request, ...more: readonly string[]) => Promise<Response>;
  console.log(await (await answer(request, ...more)).text());
}

/** A server whose model calls a function of the browser, and then answers. */
function callingOnce(name: string): Observable<GeminiChunk> {
  let count = 0;
  const parts = [{ functionCall: { name, args: {} } }];
  const call = toChunk({ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] });
  return defer(() => (count++ === 0 ? of(call) : usualReply));
}

/** The results of the examples in `docs/frontEnds.md`. */
export const frontEnds: Expectations = {
  'docs/frontEnds: A chat in the browser': [
    {
      reply$: callingOnce('localTime'),
      prints: /waiting How late is it\?\n[^]*complete \n[^]*streaming Hello, \n[^]*complete Hello, world\.$/,
    },
    { prints: answeredEvents, use: ({ POST }) => post(POST) },
  ],
  'docs/frontEnds: A reply that outlives its page': [
    {
      prints: /"Hello, "[^]*event: done[^]*"Hello, world\. Here I am\."[^]*event: done[^]*false$/,
      use: async ({ start, follow, stop }) => {
        await post(start, '1', 'ada');
        await post(follow, '1', 'ada');
        console.log(await (stop as (...values: string[]) => Promise<boolean>)('1', 'ada'));
      },
    },
    {
      prints: usualParts,
      use: ({ chat }) => printTexts((chat as GeminiChat).send('Hello')),
    },
  ],
  'docs/frontEnds: Over a WebSocket': [
    { prints: usualParts },
    {
      prints: /"reply":"1","data".*"Hello, "[^]*"event":"done"/,
      use: ({ serve }) => askOverSocket(serve, { contents }),
    },
  ],
  'docs/frontEnds: The server': [
    {
      prints: /^\{"user":"ada","outcome":"complete","cost":0\.0000156\}\n[^]*Hello, \n/,
      use: ({ answer }) => printTexts((answer as (...values: unknown[]) => unknown)(question, 'ada')),
    },
  ],
};
