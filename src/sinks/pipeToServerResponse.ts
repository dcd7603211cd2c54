import { fromEventPattern, ignoreElements, lastValueFrom, merge, take, takeUntil, EMPTY, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { typeError } from '../internal/assertions.js';
import { sseText } from '../internal/sseFormat.js';
import { abortOf } from './abortOf.js';
import { eventsOf } from './eventsOf.js';
import { sseHeaders } from './sseHeaders.js';
import type { SseResponseOptions } from './toSseResponse.js';

/**
 * A response of Node's `http`, `https` or `http2`, as Express has it too; Fastify's is `reply.raw`, after
 * `reply.hijack()`.
 *
 * @public
 */
export interface ServerResponseLike {
  /** Whether the headers went out. */
  readonly headersSent: boolean;
  /** Whether the connection is gone. */
  readonly destroyed?: boolean;
  /** Whether the response was ended. */
  readonly writableEnded: boolean;
  /** Sets the status and headers. */
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** Sends the headers before the body. */
  flushHeaders?(): unknown;
  /** Writes a piece of the body; false says to wait for `drain`. */
  write(text: string): boolean;
  /** Ends the response. */
  end(): unknown;
  /** Listens to an event. */
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
  /** Stops listening. */
  off(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
}

/**
 * Answers a request with a reply as server-sent events on Node: `http`, `http2`, Express, Fastify.
 *
 * Subscribes at once and writes at the reader's pace: what comes while the socket is full is merged, so one chunk waits,
 * however slow the reader is. The headers (status 200) go out at once, with those that were set before; the body ends
 * with `event: done`, or with `event: error` and the public form of the error (its kind, whether and when to try again, a
 * sentence; never the cause, a key or a stack). A comment goes out while nothing else does. The reader's leaving, a
 * broken connection or an abort of `signal` unsubscribes the source. Lossless; holds one merged chunk.
 *
 * @param source - The reply. Put a `tap({ error })` on it to log what the reader is not told.
 * @param response - See {@link ServerResponseLike}. It is ended, also after an abort.
 * @param options - See {@link SseResponseOptions}.
 * @returns A promise that is kept when the response is ended or the reader has left. It does not reject.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * import type { IncomingMessage, ServerResponse } from 'node:http';
 *
 * const ask = (request: IncomingMessage, response: ServerResponse) =>
 *   pipeToServerResponse(fromGemini(ai, { model, contents: 'Hello' }), response);
 * // createServer((request, response) => void ask(request, response)).listen(3000);
 * ```
 * @public
 */
export function pipeToServerResponse<T extends GeminiChunk>(
  source: Observable<T>,
  response: ServerResponseLike,
  options: SseResponseOptions<T> = {},
): Promise<void> {
  const events = eventsOf(options);
  const abort$ = abortOf(options.signal);
  if (typeof response.writeHead !== 'function') throw typeError('response', "a response of Node's `http`", response);
  // It has said so already, and does not say it twice.
  if (response.destroyed === true || response.writableEnded) return Promise.resolve();

  if (!response.headersSent) response.writeHead(200, sseHeaders);
  response.flushHeaders?.();
  const drained$ = eventOf(response, 'drain').pipe(take(1), ignoreElements());
  const written = events((event) => (response.write(sseText(event)) ? EMPTY : drained$));
  // Nobody else may be listening to its errors, and that ends the process.
  const left$ = merge(eventOf(response, 'close'), eventOf(response, 'error'), abort$);
  return lastValueFrom(source.pipe(written, takeUntil(left$)), { defaultValue: undefined }).then(() => {
    response.end();
  });
}

function eventOf(response: ServerResponseLike, event: 'close' | 'drain' | 'error'): Observable<unknown> {
  return fromEventPattern(
    (listener) => response.on(event, listener),
    (listener) => response.off(event, listener),
  );
}
