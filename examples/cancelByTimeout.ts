// npx tsx examples/cancelByTimeout.ts
// A reply that may take one second. The part that had arrived is kept, and the request is closed.
import { lastValueFrom, tap } from 'rxjs';
import { accumulate, classifyErrors, fromGemini, takeUntilCancel } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Write a long story.' }).pipe(
    classifyErrors(),
    takeUntilCancel(AbortSignal.timeout(1000)),
    tap((chunk) => process.stdout.write(chunk.text)),
    accumulate(),
  );

  const reply = await lastValueFrom(reply$);
  console.log(
    `\n\n${reply.cancelled ? `cut off (${reply.cancelled.reason})` : 'whole'}: ${String(reply.text.length)} characters`,
  );
});
