// npx tsx examples/hedgeTwoModels.ts
// The large model is asked first. If it has said nothing for a second, a small one is asked too: whichever speaks first
// gives the reply, and the other request is closed.
import { tap } from 'rxjs';
import { classifyErrors, fromGemini, hedge } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

const started = performance.now();
const log = (text: string) => {
  console.log(`${String(Math.round(performance.now() - started)).padStart(5)} ms  ${text}`);
};

await withClient(
  async (ai) => {
    const ask = (model: string) =>
      fromGemini(ai, { model, contents: 'What is the capital of Wyoming?' }).pipe(
        // Above `hedge`, so that an empty reply is a failure and does not win.
        classifyErrors(),
        tap({
          subscribe: () => log(`${model} is asked`),
          unsubscribe: () => log(`${model} is no longer waited for`),
        }),
      );

    await hedge([ask('gemini-2.5-pro'), ask('gemini-2.5-flash')], { after: 1000 }).forEach((chunk) => {
      log(`${chunk.modelVersion ?? 'someone'}: ${JSON.stringify(chunk.text)}`);
    });
  },
  ({ model }) => ({
    text: 'It is Cheyenne, in the south-east of the state.',
    firstDelay: model === 'gemini-2.5-pro' ? 10_000 : 300,
    pace: 50,
  }),
);
