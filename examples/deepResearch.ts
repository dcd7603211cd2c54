// npx tsx examples/deepResearch.ts
// A run that takes minutes: this process starts it, reads its first words and leaves; another process reads the rest.
// A run in the background needs no reader. Whoever has its id and a cursor gets exactly what follows.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lastValueFrom, takeWhile, tap, type Observable } from 'rxjs';
import { fromInteraction, type GeminiChunk } from 'rxjs-gemini';
import type { GoogleGenAI } from '@google/genai';
import { withClient } from './support/withClient.js';

const [id, after] = process.argv.slice(2);

await withClient(async (ai) => {
  if (id !== undefined) await print(fromInteraction(ai, { id, after }));
  else await startAndLeave(ai);
});

async function startAndLeave(ai: GoogleGenAI): Promise<void> {
  const run$ = fromInteraction(ai, {
    agent: 'deep-research-preview-04-2026',
    input: 'How did the research on quantum batteries develop?',
    background: true,
    agent_config: { type: 'deep-research', thinking_summaries: 'auto' },
  });
  const last = await print(run$.pipe(takeWhile(({ text }) => text === '', true)));
  const { id: runId = '', cursor = '' } = last.interaction ?? {};
  console.log(`\n\n[left; ${runId} goes on without a reader, another process follows it]\n`);
  await once(fork(fileURLToPath(import.meta.url), [runId, cursor]), 'exit');
}

/** Prints a run as it arrives; resolves to its last chunk. */
function print(run$: Observable<GeminiChunk>): Promise<GeminiChunk> {
  return lastValueFrom(run$.pipe(tap(({ text }) => process.stdout.write(text))));
}
