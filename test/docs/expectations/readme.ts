import { of } from 'rxjs';
import { toChunk } from '../../../src/index.js';
import { chunk } from '../../../src/testing.js';
import {
  answeredEvents,
  askOverHttp,
  askOverSocket,
  broken,
  printResponse,
  shown,
  text,
  usualParts,
  type Expectations,
} from './expectation.js';

/** The results of the examples in the README. */
export const readme: Expectations = {
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
};
