import { defer, from, of, race, retry, switchMap, timer, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import {
  assertDelay,
  assertFunction,
  assertInteger,
  assertOptions,
  assertPositiveDelay,
  typeError,
} from '../rx/assertions.js';
import { backoffDelay, addJitter } from '../rx/backoff.js';
import { isPromiseLike } from '../rx/isPromiseLike.js';
import { whenAborted } from '../rx/whenAborted.js';
import { assertNested } from './assertNested.js';
import { sseConnection } from './sseConnection.js';
import { SseReply } from './sseReply.js';
import { assertRequest, type FromSseInit } from './sseRequest.js';
import { unboundedFetch } from './unboundedFetch.js';
import { urlError } from './urlError.js';

/** The reconnections of {@link fromSse}. @public */
export interface ReconnectOptions {
  /**
   * The maximum number of reconnections in a row without a new chunk; 0 never reconnects. Reconnections need a server
   * that sends the ids of chunks, and so can resume the reply.
   *
   * @defaultValue 3
   */
  readonly count?: number | undefined;
  /**
   * The longest wait before the first reconnection, in ms. The limit doubles with each reconnection without a new
   * chunk; the actual wait is random, between 0 and the limit. A wait that the server asks for (`retry:`,
   * `Retry-After`) replaces this wait, plus a random part that spreads many clients out; a request for 0 is ignored.
   *
   * @defaultValue 500
   */
  readonly delay?: number | undefined;
  /**
   * The longest silence of the server, in ms, after which the connection counts as dead; `false` waits without a limit.
   * Every byte restarts the time, also the bytes of a heartbeat. After a dead connection, the source reconnects if the
   * server can resume the reply; otherwise the result fails with kind `network`, `retryable`.
   *
   * @defaultValue three heartbeats of the server, if its stream opens with a comment that announces heartbeats (all
   * sinks but `toSse`); else `false`
   */
  readonly maxSilence?: number | false | undefined;
}

/** Options of {@link fromSse}. @public */
export interface FromSseOptions {
  /** The reconnections, and the silence that counts as a broken connection: see {@link ReconnectOptions}. */
  readonly reconnect?: ReconnectOptions | undefined;
  /**
   * The longest wait before a reconnection, in ms. If the server asks for a longer wait, the result fails.
   *
   * @defaultValue 30_000
   */
  readonly maxDelay?: number | undefined;
  /**
   * The function that makes the requests: a `fetch` with an interceptor, or a test's. @defaultValue the global `fetch`
   */
  readonly fetch?: ((input: string | URL, init: RequestInit) => Promise<Response>) | undefined;
}

/**
 * Reads a reply that a server sends as server-sent events, as a cold Observable of its chunks: the source for browsers,
 * without an SDK or a key. The counterpart of {@link toSseResponse}, {@link pipeToServerResponse} and {@link toSse}.
 *
 * Each subscription makes its own request; unsubscribing closes the connection. Chunks are emitted as they arrive.
 * Three formats are recognised: the format of the sinks; the plain format of many servers (`{ "text": … }`, and at the
 * end `{ "done": true, "usage": … }` or `[DONE]`, where a finish reason `STOP` is added); and Gemini's own format,
 * through a proxy, which ends with a finish reason. Events of other types are ignored; JSON of another format fails
 * with kind `protocol`, and so does a stream that has only events of other types.
 *
 * No request is repeated, unless the server can resume the reply: a server shows that by sending the indices of the
 * chunks as ids, as the sinks do with `resumable: true`. Then the source reconnects when a connection breaks: it
 * repeats the request with `Last-Event-ID` and skips the chunks that it has already emitted, so that no chunk is
 * emitted twice. If the server sends another reply, generated anew, the result fails. A first connection that fails is
 * not repeated; use `retryTransient` for that. Lossless; holds the last chunk.
 *
 * Errors are `GeminiError`s, after all chunks that had arrived. The server's errors keep their kind, `retryable`,
 * `retryAfter` and status; an HTTP error is classified by its body (up to 64 kB and 3 s of it) or its status. Kind
 * `protocol`: a response that is not an event stream, such as the page of a proxy or a response without a body (204).
 * `network` or `truncated`: a reply that broke off before its end, or whose rest the server no longer has (204).
 * `overflow`: an event of more than 64 MB. `invalid_request`: a URL that cannot be fetched, such as a path without a
 * page (server-side rendering).
 *
 * @param input - A URL, or a path in a browser.
 * @param init - The options of `fetch`, with the body as `body` or as `json`; or a function that makes them for each
 * request, also as a promise: for a token that expires. When its `signal` is aborted, the result fails with kind
 * `cancelled`.
 * @param options - See {@link FromSseOptions}.
 * @returns The reply. As with `fromGemini`, bad outcomes are completions; `classifyErrors` makes them failures.
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
  init: FromSseInit | (() => FromSseInit | PromiseLike<FromSseInit>) = {},
  options: FromSseOptions = {},
): Observable<GeminiChunk> {
  assertOptions(options);
  const { reconnect = {}, maxDelay = 30_000, fetch } = options;
  assertNested(options, ['count', 'delay', 'maxSilence']);
  assertOptions(reconnect, 'reconnect');
  const { count = 3, delay = 500, maxSilence } = reconnect;
  if (typeof input !== 'string' && !isUrl(input)) throw typeError('input', 'a URL', input);
  if (typeof init !== 'function') assertRequest(init);
  assertInteger('reconnect.count', count, 0);
  assertDelay('reconnect.delay', delay);
  if (maxSilence !== undefined && maxSilence !== false) assertPositiveDelay('reconnect.maxSilence', maxSilence);
  assertDelay('maxDelay', maxDelay);
  assertFunction('fetch', fetch);

  const send = async (request: RequestInit): Promise<Response> => {
    try {
      return await (fetch ? fetch(input, request) : unboundedFetch(input, request));
    } catch (cause) {
      throw (fetch ? undefined : urlError(input, cause)) ?? cause;
    }
  };

  return defer(() => {
    const reply = new SseReply();
    /** The caller's own signal, of the last request. */
    let abortSignal: AbortSignal | undefined;
    return defer(() => resolveInit(init)).pipe(
      switchMap((request) => {
        assertRequest(request);
        abortSignal = request.signal ?? undefined;
        return sseConnection(reply, request, send, maxSilence);
      }),
      retry({
        resetOnSuccess: true,
        delay: (cause: unknown, attempt) => {
          const error = toGeminiError(cause);
          const isBroken = reply.lastEventId !== undefined && error.retryable;
          // A wait of 0 is ignored, so that a server that breaks every connection is not flooded.
          const asked = [error.retryAfter, reply.retryDelay].find((ms = 0) => ms > 0);
          if (!isBroken || attempt > count || (asked ?? 0) > maxDelay) throw error;
          const wait = asked === undefined ? Math.random() * backoffDelay(attempt, delay, maxDelay) : addJitter(asked);
          // An abort ends the wait, and the next request then fails before it is sent.
          return abortSignal ? race(timer(wait), whenAborted(abortSignal)) : timer(wait);
        },
      }),
    );
  });
}

/** Emits the caller's request, at once or when its promise resolves. */
function resolveInit(init: FromSseInit | (() => FromSseInit | PromiseLike<FromSseInit>)): Observable<FromSseInit> {
  const request = typeof init === 'function' ? init() : init;
  return isPromiseLike(request) ? from(request) : of(request);
}

/** Whether a value is a URL, known by its shape: other realms have their own class. */
function isUrl(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string';
}
