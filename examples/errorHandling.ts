// npx tsx examples/errorHandling.ts
// Failures are values with a kind, and nothing that had arrived is lost. The emulator breaks the replies on purpose.
import { GoogleGenAI } from '@google/genai';
import { catchError, EMPTY } from 'rxjs';
import { fromGemini, isGeminiError, protectReply, toText } from 'rxjs-gemini';
import { apiError, startEmulator, type EmulatorScenario } from 'rxjs-gemini/emulator';

const story = ['Once upon ', 'a time ', 'there was ', 'a chunk.'];
const scenarios: Record<string, EmulatorScenario> = {
  'a busy service, twice': { error: apiError({ code: 503 }) },
  'a wrong key': { error: apiError({ code: 400, reason: 'API_KEY_INVALID' }) },
  'a connection that breaks': { chunks: story, pace: 20, dropAfter: { chunks: 2 } },
  'an answer that is unsafe': { chunks: story, finishReason: 'SAFETY' },
  'a model that says nothing': { firstDelay: 60_000 },
};
let attempts = 0;
const emulator = await startEmulator({
  reply: ({ prompt }) =>
    prompt === 'a busy service, twice' && ++attempts > 2 ? 'At last.' : (scenarios[prompt] ?? {}),
});
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });

for (const prompt of Object.keys(scenarios)) {
  console.log(`\n${prompt}:`);
  await fromGemini(ai, { model: 'gemini-2.5-flash', contents: prompt })
    .pipe(
      protectReply({
        timeout: { first: 500 },
        retry: {
          count: 2,
          delay: 50,
          onRetry: ({ attempt, error }) => {
            console.log(`  attempt ${String(attempt)}: ${error.kind}`);
          },
        },
      }),
      toText(),
      catchError((error: unknown) => {
        if (!isGeminiError(error)) throw error;
        console.log(`  ${error.kind}: ${error.message}`);
        console.log(`  kept: '${error.partial?.text ?? ''}'`);
        return EMPTY;
      }),
    )
    .forEach((text) => {
      console.log(`  ${text}`);
    });
}
await emulator.close();
