import { defer, merge, takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertObservable, typeError } from '../rx/assertions.js';
import { sseText } from './sseText.js';
import { abortOf } from './abortOf.js';
import { eventsOf, openingText, type ReplySseOptions } from './eventsOf.js';
import { pullFrom } from './pullFrom.js';
import { readableFrom } from './readableFrom.js';
import { sseHeaders } from './sseHeaders.js';

/** A web `Request`, as far as its response depends on it. @public */
export interface RequestLike {
  /** `HEAD` asks for the headers alone. */
  readonly method: string;
  /** Aborts when the client disconnects, where the platform notices. */
  readonly signal?: AbortSignal | null | undefined;
}

/** Options of {@link toSseResponse}. @public */
export interface ToSseResponseOptions<T extends GeminiChunk = GeminiChunk> extends ReplySseOptions<T> {
  /** Its abort counts as a disconnection. The response then ends. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The request that is answered. Its method and its signal are respected: `HEAD` gets the headers alone, and the abort
   * of its `signal` counts as a disconnection, beside that of the option `signal`.
   */
  readonly request?: RequestLike | undefined;
}

/**
 * Answers a request with a reply as server-sent events: a web `Response`, for Next.js, Hono, Bun, Deno or Workers.
 *
 * The source is subscribed when the body is first read, and is read at the reader's pace: chunks that arrive while the
 * reader is busy are merged, so one chunk waits, however slow it is, and for as long as the platform keeps the
 * connection. The body opens with a comment, so that the headers leave at once, and ends with `event: done`, or with
 * `event: error` and the public form of the error (its kind, whether and when to try again, a sentence; never the
 * cause, a key or a stack). A comment is sent while nothing else is. A disconnection, seen by the body's `cancel()`, by
 * `signal` or by the signal of `request`, unsubscribes the source. Lossless; holds one event and one merged chunk.
 *
 * With `request`, `HEAD` gets the headers alone and the source is never subscribed. (Next.js and Hono hand `HEAD` to
 * the handler of `GET` and do not read the body, so that no request is made either way.)
 *
 * The status is 200 at once, whatever comes: headers that wait for the model's first word would leave the reader and
 * every proxy without a sign for as long as it thinks. An early failure has its status in the error event.
 *
 * @param source - The reply.
 * @param options - See {@link ToSseResponseOptions}.
 * @returns The response. Its headers may still be changed.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const POST = (request: Request) =>
 *   toSseResponse(fromGemini(ai, { model, contents: 'Hello' }), { request });
 * const response = POST(new Request('http://localhost/ask', { method: 'POST' }));
 * console.log(await response.text());
 * ```
 * @public
 */
export function toSseResponse<T extends GeminiChunk>(
  source: Observable<T>,
  options: ToSseResponseOptions<T> = {},
): Response {
  assertObservable('source', source);
  const events = eventsOf(options);
  const { signal, request } = options;
  assertRequest(request);
  const abort$ = merge(abortOf(signal), abortOf(request?.signal ?? undefined));
  if (request?.method === 'HEAD') return new Response(null, { headers: sseHeaders });

  const encoder = new TextEncoder();
  const bytes = pullFrom<Uint8Array<ArrayBuffer>>((put) => {
    const write = (text: string) => put(encoder.encode(text));
    const opened$ = defer(() => {
      // Nothing is read ahead: the request to the model is made at the first read.
      void write(openingText(options));
      return source.pipe(events((event) => write(sseText(event))));
    });
    return opened$.pipe(takeUntil(abort$));
  }, 0);
  return new Response(readableFrom(bytes), { headers: sseHeaders });
}

function assertRequest(request: unknown): void {
  if (request === undefined) return;
  if (typeof request === 'object' && request !== null && 'method' in request && typeof request.method === 'string')
    return;
  throw typeError('request', 'a Request', request);
}
