// npx tsx examples/translate.ts
// A reply, translated while it streams: a second request for each sentence, four at once, in order.
import { map } from 'rxjs';
import { bufferChunks, classifyErrors, finalResponse, fromGemini, mapInOrder, toText } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

const tides = 'Tides rise and fall twice a day. The Moon pulls the sea. Why twice? The Earth turns under two bulges.';

await withClient(
  async (ai) => {
    const ask = (contents: string) => fromGemini(ai, { model: 'gemini-2.5-flash', contents }).pipe(classifyErrors());
    const translate = (sentence: string) =>
      ask(`Translate into French: ${sentence}`).pipe(
        finalResponse(),
        map(({ text }) => `${sentence.trim()}\n  → ${text.trim()}`),
      );

    await ask('Explain tides in four sentences.')
      .pipe(bufferChunks({ until: 'sentence', split: true }), toText(), mapInOrder(translate, { concurrency: 4 }))
      .forEach((pair) => {
        console.log(pair);
      });
  },
  // Without a key: an emulator that knows no French.
  ({ prompt }) => ({
    chunks: (prompt.startsWith('Translate') ? `[${prompt}]` : tides).match(/\S+\s*/g) ?? [],
    pace: 40,
  }),
);
