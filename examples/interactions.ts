// npx tsx examples/interactions.ts
// The Interactions API, Gemini's recommended one: another source, the same pipeline.
import { fromInteraction, protectReply, toText, withMetrics } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  await fromInteraction(ai, { model: 'gemini-3.5-flash', input: 'Why is the sky blue?' })
    .pipe(
      protectReply({ retry: {} }),
      withMetrics({ onReport: ({ metrics }) => console.log(`\n\n${String(metrics.totalTokens)} tokens`) }),
      toText(),
    )
    .forEach((text) => process.stdout.write(text));
});
