import type { Observable } from 'rxjs';
import { smoothText, timeoutReply, withMetrics, withProgress, type GeminiChunk } from 'rxjs-gemini';

/** The usual length of an answer in tokens: 100 percent of the progress bar. */
const expectedTokens = 300;

/**
 * No retry: the backend retries transient failures, and a person decides about the others. The metrics are
 * above the smoothing, or they would measure it.
 */
export function forView(reply$: Observable<GeminiChunk>): Observable<GeminiChunk> {
  return reply$.pipe(
    timeoutReply({ first: 60_000, each: 30_000 }),
    withProgress({ expectedTokens }),
    withMetrics(),
    smoothText(),
  );
}
