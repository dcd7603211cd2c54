// npx tsx examples/metrics.ts
// The pace of a reply: live in every chunk, and a report at the end.
import { classifyErrors, fromGemini, withMetrics } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Tell me about Wyoming.' });

  await reply$
    .pipe(
      classifyErrors(),
      withMetrics({
        onReport: ({ outcome, metrics, reply }) => {
          console.log(outcome, metrics, reply().usageMetadata);
        },
      }),
    )
    .forEach(({ metrics }) => {
      console.log(`${String(metrics.chunks)} chunks after ${String(metrics.elapsed)} ms`);
    });
});
