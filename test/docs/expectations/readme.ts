import { lastValueFrom, of, type Observable } from 'rxjs';
import type { GeminiChat, ReplyState } from '../../../src/index.js';
import { chunk, finishChunk } from '../../../src/testing.js';
import { printResponse, text, usage, type Expectations } from './expectation.js';

const bread = '{"title":"Bread","steps":["Bake."]}';
/** Its characters as a pattern. */
const breadText = bread.replace(/[[\].]/g, '\\$&');

/** The results of the examples in the README. */
export const readme: Expectations = {
  'README: rxjs-gemini': [{ needsFetch: true, prints: /^You asked:[^]*sky blue\?[^]*complete \{\n +elapsed: \d+,/ }],
  'README: The order of operators': [
    { prints: new RegExp(`^(waiting \n){1,2}(streaming Hello, [^\n]*\n)?complete ${text}$`) },
  ],
  'README: Recipes': [
    {
      reply$: of(chunk(bread), finishChunk('STOP', usage)),
      prints: new RegExp(
        [
          `waiting \ncomplete ${breadText}`,
          'event: done\ndata: {}',
          breadText,
          '\\{ title: .Bread., steps: \\[ .Bake.. \\] \\}',
          text,
          'user, model',
          'complete 0.0000109$',
        ].join('[^]*'),
      ),
      use: async ({ state$, POST, text$, recipe$, french$, chat, logged$ }) => {
        (state$ as Observable<ReplyState>).subscribe(({ status, reply }) => {
          console.log(status, reply.text);
        });
        await printResponse(POST);
        console.log(await lastValueFrom(text$ as Observable<string>));
        console.log((await lastValueFrom(recipe$ as Observable<{ readonly value: unknown }>)).value);
        console.log((await lastValueFrom(french$ as Observable<{ readonly text: string }>)).text);
        (chat as GeminiChat).messages$.subscribe((messages) => {
          console.log(messages.map(({ role }) => role).join(', '));
        });
        await lastValueFrom(logged$ as Observable<unknown>);
      },
    },
  ],
};
