// npx tsx examples/recordAndReplay.ts
// A reply is written down with its timing, and played again four times as fast: for a demo, a test or a bug report.
import { createReadStream, createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type { Observable } from 'rxjs';
import { classifyErrors, fromGemini, record, replay, toText, withMetrics, type GeminiChunk } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

const file = path.join(tmpdir(), 'reply.jsonl');

const show = (reply$: Observable<GeminiChunk>) =>
  reply$
    .pipe(
      withMetrics({
        onReport: ({ metrics }) => {
          console.log(`\n\n${String(metrics.chunks)} chunks in ${(metrics.elapsed / 1000).toFixed(1)} s\n`);
        },
      }),
      toText(),
    )
    .forEach((text) => process.stdout.write(text));

await withClient(async (ai) => {
  const recording = createWriteStream(file);
  const written = finished(recording);
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'What is a gramophone?' });

  // `record` closes a writable that a function returns after the last line.
  await show(
    reply$.pipe(
      classifyErrors(),
      record(() => recording),
    ),
  );
  await written;
});

console.log(`--- ${file}, at four times the speed ---\n`);
await show(replay(() => createReadStream(file), { speed: 4 }));
