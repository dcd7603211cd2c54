import { firstValueFrom } from 'rxjs';
import type { GeminiChat } from '../../../src/index.js';
import { broken, text, type Expectations } from './expectation.js';

/** The results of the examples in `docs/interactions.md`. */
export const interactions: Expectations = {
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
  'docs/interactions: Recipes for runs in the background': [
    {
      prints: /^: rxjs-gemini[^]*"Hello, "[^]*"world\. "[^]*"cursor":[^]*event: done/,
      use: async ({ start, follow }) => {
        const id = await (start as () => Promise<string>)();
        const answer = (follow as (request: Request) => Response)(new Request(`http://localhost/?id=${id}`));
        console.log(await answer.text());
      },
    },
    { answer: { chunks: ['Hello, ', 'world. ', 'Here ', 'I am.'], pace: 200 }, prints: 'cancelled' },
  ],
  'docs/interactions: Interactions': [
    { prints: /^(?=(?:[^]*Hello, ){2})(?=(?:[^]*world\. ){2})(?=(?:[^]*Here I am\.){2})/ },
  ],
  'docs/interactions: Runs in the background': [{ prints: text }],
  'docs/interactions: Switch from generateContent': [{ prints: 'true completed' }],
  'docs/interactions: Testing': [{ prints: '' }],
};
