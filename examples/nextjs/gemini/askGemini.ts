import { defer, type Observable } from 'rxjs';
import { createRateLimiter, fromGemini, protectReply, type GeminiChunk } from 'rxjs-gemini';
import { gemini, model } from './client';

// The page shows Markdown.
const config = { systemInstruction: 'Answer in short Markdown.' };

/** One for the whole server: all replies share the project's quota. */
const limiter = createRateLimiter({ requestsPerMinute: 60, concurrency: 8, maxQueued: 100 });

/** Asks the model on subscription; unsubscribing closes the request. */
export function askGemini(prompt: string): Observable<GeminiChunk> {
  return defer(() => fromGemini(gemini(), { model, contents: prompt, config })).pipe(
    protectReply({ timeout: { first: 30_000, each: 20_000 }, limit: limiter.limit(), retry: {} }),
  );
}
