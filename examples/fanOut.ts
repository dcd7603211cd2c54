// npx tsx examples/fanOut.ts
// One request, three readers: the terminal, a file and a summary.
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { lastValueFrom } from 'rxjs';
import {
  classifyErrors,
  finalResponse,
  fromGemini,
  shareReply,
  toAsyncIterable,
  toText,
  withMetrics,
} from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'What is an observable?' }).pipe(
    classifyErrors(),
    withMetrics(),
    shareReply(),
  );
  const file = path.join(tmpdir(), 'reply.md');

  const [summary] = await Promise.all([
    lastValueFrom(reply$.pipe(finalResponse())),
    reply$.pipe(toText()).forEach((text) => process.stdout.write(text)),
    pipeline(toAsyncIterable(reply$, { text: true }), createWriteStream(file)),
  ]);
  console.log(`\n\n${String(summary.text.split(/\s+/).length)} words, also in ${file}`);
});
