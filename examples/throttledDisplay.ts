// npx tsx examples/throttledDisplay.ts
// A view that is painted at most ten times a second, and always shows the last state: no text is lost on the way.
import { bufferChunks, classifyErrors, fromGemini, toReplyState } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  let paints = 0;
  await fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Compare cats and dogs.' })
    .pipe(classifyErrors(), bufferChunks({ maxWait: 100 }), toReplyState())
    .forEach(({ status, reply }) => {
      paints++;
      console.log(
        `${status.padEnd(9)} ${String(reply.text.length).padStart(5)} characters …${JSON.stringify(reply.text.slice(-40))}`,
      );
    });
  console.log(`painted ${String(paints)} times`);
});
