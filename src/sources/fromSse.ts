import { defer, NEVER, switchMap, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertFunction, typeError } from '../rx/assertions.js';
import { resolveOption } from '../rx/resolveOption.js';
import { whenAborted } from '../rx/whenAborted.js';
import { isUrl } from './isUrl.js';
import { readReconnections, reconnectReply, type ReconnectOptions } from './reconnectReply.js';
import { sseConnection } from './sseConnection.js';
import { SseReply } from './sseReply.js';
import { assertRequest, type FromSseInit } from './sseRequest.js';
import { unboundedFetch } from './unboundedFetch.js';
import { urlError } from './urlError.js';

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
 * No request is repeated, unless the server can resume the reply: a server shows that by sending ids, which are the
 * indices of the chunks (the sinks with `resumable: true`) or opaque positions (a reply of {@link createReplies}). Then
 * the source reconnects when a connection breaks: it repeats the request with `Last-Event-ID`. The server continues
 * after a position; after an index, the source also skips the chunks that it has already emitted, so that no chunk is
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
  const reconnections = readReconnections(options);
  const { fetch } = options;
  if (typeof input !== 'string' && !isUrl(input)) throw typeError('input', 'a URL', input);
  if (typeof init !== 'function') assertRequest(init);
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
    return defer(() => resolveOption(init)).pipe(
      switchMap((request) => {
        assertRequest(request);
        abortSignal = request.signal ?? undefined;
        return sseConnection(reply, request, send, reconnections.maxSilence);
      }),
      // An abort ends the wait, and the next request then fails before it is sent.
      reconnectReply(reply, reconnections, () => (abortSignal ? whenAborted(abortSignal) : NEVER)),
    );
  });
}
