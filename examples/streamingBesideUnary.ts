// npx tsx examples/streamingBesideUnary.ts
// The same question streamed and not streamed: the same operators, and when the first words are there.
import { forkJoin, lastValueFrom, type Observable } from 'rxjs';
import { accumulate, classifyErrors, fromGemini, fromGenerate, withMetrics, type GeminiChunk } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const params = { model: 'gemini-2.5-flash', contents: 'Why is the sea salty?' };
  const measured = (reply$: Observable<GeminiChunk>) => reply$.pipe(classifyErrors(), withMetrics(), accumulate());

  const replies = await lastValueFrom(
    forkJoin({ streamed: measured(fromGemini(ai, params)), whole: measured(fromGenerate(ai, params)) }),
  );
  for (const [way, { text, metrics }] of Object.entries(replies)) {
    console.log(`${way}: ${String(text.length)} characters, the first after ${String(metrics.timeToFirstText)} ms`);
  }
});
