// npx tsx examples/fanOut.ts
// One request, three readers: the terminal, a file and a summary.
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { forkJoin, lastValueFrom, tap } from 'rxjs';
import { classifyErrors, finalResponse, fromGemini, shareReply, toText, withMetrics } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'What is an observable?' }).pipe(
    classifyErrors(),
    withMetrics(),
    shareReply(),
  );
  const file = createWriteStream(path.join(tmpdir(), 'reply.md'));

  const terminal$ = reply$.pipe(
    toText(),
    tap((text) => process.stdout.write(text)),
  );
  const file$ = reply$.pipe(
    toText(),
    tap((text) => file.write(text)),
  );
  const summary$ = reply$.pipe(finalResponse());

  const { summary } = await lastValueFrom(forkJoin({ terminal: terminal$, file: file$, summary: summary$ }));
  file.end();
  console.log(`\n\n${String(summary.text.split(/\s+/).length)} words, also in ${String(file.path)}`);
});
