import { takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { sseText } from '../internal/sseFormat.js';
import { abortOf } from './abortOf.js';
import { eventsOf, type SseOptions } from './eventsOf.js';
import { pullFrom } from './pullFrom.js';
import { readableFrom } from './readableFrom.js';
import { sseHeaders } from './sseHeaders.js';

/** Options of {@link toSseResponse} and {@link pipeToServerResponse}. @public */
export interface SseResponseOptions<T extends GeminiChunk = GeminiChunk> extends SseOptions<T> {
  /** Its abort counts as the reader's leaving: the request's own `signal`, say. The response then ends. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Answers a request with a reply as server-sent events: a web `Response`, for Next.js, Hono, Bun, Deno or Workers.
 *
 * The source is subscribed when the body is first read, and is read at the reader's pace: what comes while the reader is
 * busy is merged, so one chunk waits, however slow it is. The body ends with `event: done`, or with `event: error` and the
 * public form of the error (its kind, whether and when to try again, a sentence; never the cause, a key or a stack).
 * A comment goes out while nothing else does. The reader's leaving, seen by the body's `cancel()` or by `signal`,
 * unsubscribes the source. Lossless; holds one merged chunk.
 *
 * The status is 200 at once, whatever comes: headers that wait for the model's first word would leave the reader and
 * every proxy without a sign for as long as it thinks. An early failure has its status in the error event.
 *
 * @param source - The reply.
 * @param options - See {@link SseResponseOptions}.
 * @returns The response. Its headers may still be changed.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const POST = (request: Request) =>
 *   toSseResponse(fromGemini(ai, { model, contents: 'Hello' }), { signal: request.signal });
 * const response = POST(new Request('http://localhost/ask', { method: 'POST' }));
 * console.log(await response.text());
 * ```
 * @public
 */
export function toSseResponse<T extends GeminiChunk>(
  source: Observable<T>,
  options: SseResponseOptions<T> = {},
): Response {
  const events = eventsOf(options);
  const abort$ = abortOf(options.signal);
  const encoder = new TextEncoder();
  const bytes = pullFrom<Uint8Array<ArrayBuffer>>((put) => {
    const written = events((event) => put(encoder.encode(sseText(event))));
    return source.pipe(written, takeUntil(abort$));
  }, 0);
  return new Response(readableFrom(bytes), { headers: sseHeaders });
}
