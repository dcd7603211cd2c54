import { concat, EMPTY, finalize, lastValueFrom, merge, takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertObservable, typeError } from '../rx/assertions.js';
import { sseText } from './sseText.js';
import { abortOf } from './abortOf.js';
import { eventsOf, openingText } from './eventsOf.js';
import { serverPort, type ServerResponseLike } from './serverPort.js';
import { stallLimit, type StallOptions } from './stallLimit.js';
import type { ToSseResponseOptions } from './toSseResponse.js';

/** Options of {@link pipeToServerResponse}. @public */
export interface PipeToServerResponseOptions<T extends GeminiChunk = GeminiChunk>
  extends Omit<ToSseResponseOptions<T>, 'request'>, StallOptions {}

/**
 * Answers a request with a reply as server-sent events on Node: `http`, `http2`, Express, Fastify.
 *
 * Subscribes at once and writes at the client's pace: chunks that arrive while the socket is full are merged, so one
 * chunk waits, however slow the client is. The headers (status 200) leave at once with an opening comment, beside those
 * that were set before; `Cache-Control` keeps its directives and gains `no-transform`. For another status or other
 * headers, send them before the call: then nothing is added. The body ends with `event: done`, or with `event: error`
 * and the public form of the error (its kind, whether and when to try again, a sentence; never the cause, a key or a
 * stack). A comment is sent while nothing else is. Lossless; holds one merged chunk.
 *
 * A client that disconnects (also before the call, also while its response waits behind others on the connection), a
 * broken connection, an abort of `signal`, and a client that has accepted nothing for `maxStall` unsubscribe the
 * source, as `whenDisconnected` says. A request with `HEAD` gets the headers alone: the source is not subscribed.
 * Middleware that compresses is flushed after each write (`response.flush`).
 *
 * @param source - The reply. Put a `tap({ error })` on it to log the cause, which the client does not get.
 * @param response - See {@link ServerResponseLike}. It is ended, also after an abort.
 * @param options - See {@link PipeToServerResponseOptions}.
 * @returns A promise that resolves when the whole response was handed to the operating system, or the client has
 * disconnected or was dropped; never rejects.
 * @throws TypeError, RangeError - At the call, if an option is wrong or another reply is written to this response.
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
  options: PipeToServerResponseOptions<T> = {},
): Promise<void> {
  assertObservable('source', source);
  const events = eventsOf(options);
  const abort$ = abortOf(options.signal);
  const limit = stallLimit(options);
  assertResponse(response);
  const port = serverPort(response, limit);
  // It has reported so already, and does not report it twice.
  if (port.isOver()) return Promise.resolve();
  if (inUse.has(response))
    throw new TypeError('Expected `response` to be unused, got one that another reply is written to');
  inUse.add(response);

  const hasBody = port.open(openingText(options));
  const sent$ = hasBody ? source.pipe(events((event) => port.send(sseText(event)))) : EMPTY;
  const done$ = concat(sent$.pipe(takeUntil(merge(port.left$, abort$))), port.ended$.pipe(takeUntil(port.left$))).pipe(
    finalize(port.release),
  );
  return lastValueFrom(done$, { defaultValue: undefined });
}

/** The responses with a reply: two replies in one would be mixed. */
const inUse = new WeakSet<ServerResponseLike>();

function assertResponse(response: unknown): void {
  const methods = ['writeHead', 'write', 'end', 'on', 'off'];
  if (typeof response === 'object' && response !== null) {
    const fields = response as Readonly<Record<string, unknown>>;
    if (methods.every((method) => typeof fields[method] === 'function')) return;
  }
  throw typeError('response', "a response of Node's `http` (of Fastify, `reply.raw`)", response);
}
