// npx tsx examples/fullResponse.ts
// A reply, written as it arrives; then the whole of it with its finish reason and its token counts.
import { lastValueFrom, tap } from 'rxjs';
import { accumulate, classifyErrors, finishReasonOf, fromGemini, usageOf } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'What is a monoid?' }).pipe(
    classifyErrors(),
    tap((chunk) => process.stdout.write(chunk.text)),
    accumulate(),
  );

  const reply = await lastValueFrom(reply$);
  console.log(`\n\n${String(reply.text.length)} characters in ${String(reply.chunks)} chunks`);
  console.log(`finished with ${String(finishReasonOf(reply))}, usage`, usageOf(reply));
});
