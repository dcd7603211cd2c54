import { defer, race, retry, timer, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertDelay, assertFunction, assertInteger, typeError } from '../internal/assertions.js';
import { longestWait } from '../internal/backoff.js';
import { whenAborted } from '../internal/whenAborted.js';
import { unbounded } from './fetchCapture.js';
import { fromRequest } from './fromRequest.js';
import { readBody } from './readBody.js';
import { sseBody } from './sseBody.js';
import { SseReply } from './sseReply.js';
import { assertRequest, sseRequest, type FromSseInit } from './sseRequest.js';

/** Options of {@link fromSse}. @public */
export interface FromSseOptions {
  /** How often at most it connects again before anything new comes; 0 never. @defaultValue 3 */
  readonly count?: number | undefined;
  /**
   * The longest wait before it connects again, in ms; it doubles with each time that brings nothing new, and each wait is
   * random, between 0 and its longest. What the server asks for (`retry:`, `Retry-After`) counts instead.
   *
   * @defaultValue 500
   */
  readonly delay?: number | undefined;
  /** The longest wait there is, in ms. A server that asks for more is not waited for. @defaultValue 30_000 */
  readonly maxDelay?: number | undefined;
  /** Makes the requests: one with an interceptor, or of a test. @defaultValue the global `fetch` */
  readonly fetch?: ((input: string | URL, init: RequestInit) => Promise<Response>) | undefined;
}

/**
 * A reply that a server sends as server-sent events, as a cold Observable of the chunks that were put in: the browser's
 * source, with no SDK and no key. The other end of {@link toSseResponse}, {@link pipeToServerResponse} and
 * {@link toSse}.
 *
 * Each subscription makes its own request; unsubscribing closes the connection. Chunks are emitted as they arrive.
 * It reads three formats and tells them apart by itself: that of the sinks; the plain one of many routes
 * (`{ "text": … }`, and at the end `{ "done": true, "usage": … }` or `[DONE]`, where a finish reason `STOP` is added);
 * and Gemini's own, through a proxy, which ends with a finish reason. Events of other types are passed over.
 *
 * A connection that breaks in the middle is made again where the events have indices (those of the sinks do): the request
 * is repeated with `Last-Event-ID`, chunks that are here already are skipped, and nothing is doubled. A server that
 * answers with another reply, generated anew, fails it. The first connection is not made again: `retryTransient` is for
 * that. Lossless; holds the last chunk.
 *
 * Errors are `GeminiError`s, after everything that had arrived: those of the server as they were there (kind,
 * `retryable`, `retryAfter`, status); an HTTP error by its body or its status; kind `protocol` for what is no event
 * stream, such as the page of a proxy; `network` or `truncated` for a reply that broke off before its end.
 *
 * @param input - Where: a URL, or a path in a browser.
 * @param init - What `fetch` takes, with the body as `body` or as `json`; or a function that makes it, once a request:
 *   for a token that expires. When its `signal` is aborted, the result fails with kind `cancelled`.
 * @param options - See {@link FromSseOptions}.
 * @returns The reply. Outcomes are not judged: `classifyErrors` works on it as on that of `fromGemini`.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @example
 * ```ts
 * fromSse('/api/chat', { json: { message: 'Why is the sky blue?' } })
 *   .pipe(toText())
 *   .subscribe({
 *     next: (text) => console.log(text),
 *     error: (error: GeminiError) => console.log(error.kind, error.message),
 *   });
 * ```
 * @public
 */
export function fromSse(
  input: string | URL,
  init: FromSseInit | (() => FromSseInit) = {},
  options: FromSseOptions = {},
): Observable<GeminiChunk> {
  const { count = 3, delay = 500, maxDelay = 30_000, fetch } = options;
  if (typeof input !== 'string' && !(input instanceof URL)) throw typeError('input', 'a URL', input);
  if (typeof init !== 'function') assertRequest(init);
  assertInteger('count', count, 0);
  assertDelay('delay', delay);
  assertDelay('maxDelay', maxDelay);
  assertFunction('fetch', fetch);

  const send = (request: RequestInit): Promise<Response> =>
    fetch ? fetch(input, request) : globalThis.fetch(input, unbounded(request));

  return defer(() => {
    const reply = new SseReply();
    /** What the server asks to wait before the next connection, in ms. */
    let retryDelay: number | undefined;
    /** The caller's own, of the last request. */
    let abortSignal: AbortSignal | undefined;
    return fromRequest<GeminiChunk>(() => {
      const request = typeof init === 'function' ? init() : init;
      abortSignal = request.signal ?? undefined;
      return {
        abortSignal,
        async run(handle) {
          const body = await sseBody(await send(sseRequest(request, reply.lastEventId, handle.signal)));
          reply.open();
          await readBody({ body, signal: undefined }, handle, {
            onEvent: (event) => reply.read(event, handle.destination),
            onRetry: (ms) => (retryDelay = ms),
          });
          if (!handle.destination.closed) reply.end();
        },
      };
    }).pipe(
      retry({
        resetOnSuccess: true,
        delay: (cause: unknown, attempt) => {
          const error = toGeminiError(cause);
          const backoff = Math.random() * longestWait(attempt, delay, maxDelay);
          const wait = error.retryAfter ?? retryDelay ?? backoff;
          const isBroken = reply.lastEventId !== undefined && error.retryable;
          if (!isBroken || attempt > count || wait > maxDelay) throw error;
          // An abort ends the wait: the next request fails with it, before it is made.
          return abortSignal ? race(timer(wait), whenAborted(abortSignal)) : timer(wait);
        },
      }),
    );
  });
}
