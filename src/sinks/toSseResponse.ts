import { filter, merge, takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertObservable, assertOptions, typeError } from '../rx/assertions.js';
import { isObject } from '../rx/isObject.js';
import { abortOption } from './abortOption.js';
import { firstContentOf, type WaitForFirstOptions } from './firstContent.js';
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
export interface ToSseResponseOptions<T extends GeminiChunk = GeminiChunk>
  extends ReplySseOptions<T>, WaitForFirstOptions {
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
 * The status is always 200, sent at once, so that the reader and every proxy get bytes while the model thinks; an early
 * failure has its status in the error event. For a response with the status of an early failure, see `waitForFirst`.
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
  options?: ToSseResponseOptions<T> & { readonly waitForFirst?: false | undefined },
): Response;
/**
 * Answers a request with a reply as server-sent events, once the reply has content; with the status of the failure if
 * the reply fails before that.
 *
 * Subscribes at the call. Nothing is sent, and no body is read, before the first content (a thought or a call counts),
 * the end of the reply, or `waitAtMost`; the response then is the same as without `waitForFirst`, and notices that
 * arrived meanwhile are merged into its first event. A failure before that is a response with the status of
 * {@link httpStatusOf}, `Retry-After` in whole seconds if the error is retryable and the wait is known, and the JSON
 * `{ error }` with the {@link publicError}, whatever the `format`; `fromSse` reads the same error from it. With
 * `resumable`, chunks that the reader already has count as content.
 *
 * An abort of `signal` or of the request's `signal` meanwhile closes the request to the model at once, and the promise
 * resolves with status 499, or with the status of the reason's kind (504 for a timeout). Pass `request`: without a
 * signal, a client that disconnects during the wait is not noticed, and `HEAD` asks the model. Holds one merged chunk,
 * also if the body is never read.
 *
 * @param source - The reply.
 * @param options - See {@link ToSseResponseOptions}.
 * @returns A promise of the response, whose headers may still be changed; never rejects.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @public
 */
export function toSseResponse<T extends GeminiChunk>(
  source: Observable<T>,
  options: ToSseResponseOptions<T> & { readonly waitForFirst: true },
): Promise<Response>;
/**
 * Answers a request with a reply as server-sent events, and waits for its first content if `waitForFirst` is true.
 *
 * @param source - The reply.
 * @param options - See {@link ToSseResponseOptions}.
 * @returns The response; with `waitForFirst: true`, a promise of it.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @public
 */
export function toSseResponse<T extends GeminiChunk>(
  source: Observable<T>,
  options?: ToSseResponseOptions<T>,
): Response | Promise<Response>;
export function toSseResponse<T extends GeminiChunk>(
  source: Observable<T>,
  options: ToSseResponseOptions<T> = {},
): Response | Promise<Response> {
  assertObservable('source', source);
  assertOptions(options);
  const { format, signal, request } = options;
  assertRequestLike(request);
  const abort$ = merge(abortOption(signal), abortOption(request?.signal ?? undefined));
  const first = firstContentOf<T>(options, abort$);
  const events = sendEvents(options, abort$, first);
  const headers = sseHeadersWith(formatHeaders(options));
  if (request?.method === 'HEAD') {
    const response = new Response(null, { headers });
    return first ? Promise.resolve(response) : response;
  }

  const encoder = new TextEncoder();
  const bytes = pullIterator<Uint8Array<ArrayBuffer>>((put) => {
    const write = (text: string) => put(encoder.encode(text));
    // Nothing is read ahead: the request to the model is made at the first read.
    const sent$ = source.pipe(
      events(
        (batch) => write(sseText(batch)),
        () => void write(openingText(options)),
      ),
    );
    return isReplyFormat(format) ? sent$ : sent$.pipe(takeUntil(abort$.pipe(filter(() => !first?.isAwaited))));
  }, 0);
  if (!first) return new Response(iteratorToStream(bytes), { headers });

  // The first read subscribes, and waits for the opening comment.
  const opening = bytes.next();
  return opening.then(
    () => new Response(iteratorToStream(startingWith(opening, bytes)), { headers }),
    (cause: unknown) => {
      const { body, ...init } = first.refusal(cause);
      return new Response(body, init);
    },
  );
}

/** An iterator whose first result was read before. */
function startingWith<V>(
  read: Promise<IteratorResult<V, undefined>>,
  rest: AsyncIterableIterator<V, undefined>,
): AsyncIterator<V, undefined> {
  let first: typeof read | undefined = read;
  return {
    next() {
      const next = first ?? rest.next();
      first = undefined;
      return next;
    },
    return: () => rest.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

function assertRequestLike(request: unknown): void {
  if (request === undefined || (isObject(request) && typeof request['method'] === 'string')) return;
  throw typeError('request', 'a Request', request);
}
