// npx tsx examples/resume.ts
// A reply that breaks in the middle goes on with another request, which is tried again while the service is busy; the
// reader sees one reply. The emulator drops the connection twice and is busy once, on purpose.
import { GoogleGenAI } from '@google/genai';
import { continueFrom, fromGemini, protectReply, type RetryTransientOptions } from 'rxjs-gemini';
import { apiError, startEmulator, type EmulatorScenario } from 'rxjs-gemini/emulator';

const answers: EmulatorScenario[] = [
  { chunks: ['Once upon ', 'a time ', 'there was a chu', 'nk.'], pace: 100, dropAfter: { chunks: 3 } },
  { error: apiError({ code: 503 }) },
  { chunks: ['nk that nobody ', 'had ever re', 'ceived.'], pace: 100, dropAfter: { chunks: 2, reset: true } },
  { chunks: ['ceived, and one day ', 'it arrived.'], pace: 100 },
];
const emulator = await startEmulator({ reply: ({ index }) => answers[index] ?? {} });
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });

const params = { model: 'gemini-2.5-flash', contents: 'Tell me a story.' };
const retry: RetryTransientOptions = {
  onRetry: ({ error }) => process.stdout.write(`[${error.kind}, once more]`),
};

await fromGemini(ai, params)
  .pipe(
    protectReply({
      retry,
      resume: {
        continueWith: (partial) => fromGemini(ai, continueFrom(params, partial)).pipe(protectReply({ retry })),
      },
    }),
  )
  .forEach(({ text, resumed }) => {
    if (resumed) process.stdout.write(`[resumed after ${resumed.kind}]`);
    process.stdout.write(text);
  });
console.log(`\n\n${String(emulator.requests.length)} requests, one reply`);
await emulator.close();
