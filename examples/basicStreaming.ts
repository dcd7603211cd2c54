// npx tsx examples/basicStreaming.ts
// A reply, written as it arrives.
import { classifyErrors, fromGemini, toText } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' });

  await reply$.pipe(classifyErrors(), toText()).forEach((text) => process.stdout.write(text));
  process.stdout.write('\n');
});
