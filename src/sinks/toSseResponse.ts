import { defer, merge, takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertObservable, assertOptions, typeError } from '../rx/assertions.js';
import { isObject } from '../rx/isObject.js';
import { abortOption } from './abortOption.js';
import { isReplyFormat } from './formatEncoder.js';
import { iteratorToStream } from './iteratorToStream.js';
import { pullIterator } from './pullIterator.js';
import { formatHeaders, openingText, sendEvents, type ReplySseOptions } from './sendEvents.js';
import { sseHeadersWith } from './sseHeaders.js';
import { sseText } from './sseMessage.js';

/** The fields of a web `Request` on which its response depends. @public */
export interface RequestLike {
  /** A request with `HEAD` gets the headers alone. */
  readonly method: string;
  /** Aborts when the client disconnects, on platforms that report it. */
  readonly signal?: AbortSignal | null | undefined;
}

/** Options of {@link toSseResponse}. @public */
export interface ToSseResponseOptions<T extends GeminiChunk = GeminiChunk> extends ReplySseOptions<T> {
  /**
   * An abort of this signal counts as a disconnection. The response then ends; with a {@link ReplyFormat}, after the
   * events of a failure, because its readers would take the end alone for a success. The failure is of kind `timeout` or
   * that of the signal's reason, else `cancelled`.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * The request that is answered. `HEAD` gets the headers alone, and an abort of the request's `signal` counts as a
   * disconnection, as an abort of the option `signal` does.
   */
  readonly request?: RequestLike | undefined;
}

/**
 * Answers a request with a reply as server-sent events: returns a web `Response`, for Next.js, Hono, Bun, Deno or
 * Workers.
 *
 * Subscribes when the body is first read, and sends at the reader's pace: chunks that arrive while the reader is busy
 * are merged, so at most one chunk waits for a slow reader, while the platform keeps the connection open. The body
 * opens with a comment, so that the headers are sent at once, and ends with `event: done`, or with `event: error` and
 * the public form of the error (its kind, whether and when to try again, a sentence; never the cause, a key or a
 * stack). Heartbeat comments fill the silences. A disconnection, reported by the body's `cancel()`, by `signal` or by
 * the signal of `request`, unsubscribes the source. With a {@link ReplyFormat} as the `format`, the events and the headers
 * are those of the format. Lossless; holds the events of one chunk and one merged chunk.
 *
 * With `request`, `HEAD` gets the headers alone and the source is never subscribed. (Next.js and Hono pass `HEAD` to
 * the handler of `GET` and do not read the body, so even without `request` the source is not subscribed.)
 *
 * The status is always 200, sent at once: if the headers waited for the first chunk, the reader and every proxy would
 * get no bytes while the model thinks. An early failure has its status in the error event.
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
  assertOptions(options);
  const { format, signal, request } = options;
  assertRequestLike(request);
  const abort$ = merge(abortOption(signal), abortOption(request?.signal ?? undefined));
  const events = sendEvents(options, abort$);
  const headers = sseHeadersWith(formatHeaders(options));
  if (request?.method === 'HEAD') return new Response(null, { headers });

  const encoder = new TextEncoder();
  const bytes = pullIterator<Uint8Array<ArrayBuffer>>((put) => {
    const write = (text: string) => put(encoder.encode(text));
    const opened$ = defer(() => {
      // Nothing is read ahead: the request to the model is made at the first read.
      void write(openingText(options));
      return source.pipe(events((batch) => write(sseText(batch))));
    });
    return isReplyFormat(format) ? opened$ : opened$.pipe(takeUntil(abort$));
  }, 0);
  return new Response(iteratorToStream(bytes), { headers });
}

function assertRequestLike(request: unknown): void {
  if (request === undefined || (isObject(request) && typeof request['method'] === 'string')) return;
  throw typeError('request', 'a Request', request);
}
