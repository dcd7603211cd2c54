import { catchError, concat, EMPTY, filter, finalize, lastValueFrom, merge, takeUntil, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertObservable, assertOptions, typeError } from '../rx/assertions.js';
import { isObject } from '../rx/isObject.js';
import { abortOption } from './abortOption.js';
import { firstContentOf } from './firstContent.js';
import { isReplyFormat } from './formatEncoder.js';
import { responseWriter } from './responseWriter.js';
import { formatHeaders, openingText, sendEvents } from './sendEvents.js';
import type { ServerResponseLike } from './serverResponseLike.js';
import { sseText } from './sseMessage.js';
import { stallLimit, type StallOptions } from './stallLimit.js';
import type { ToSseResponseOptions } from './toSseResponse.js';

/** Options of {@link pipeToServerResponse}. @public */
export interface PipeToServerResponseOptions<T extends GeminiChunk = GeminiChunk>
  extends Omit<ToSseResponseOptions<T>, 'request'>, StallOptions {}

/**
 * Answers a request with a reply as server-sent events on Node: `http`, `http2`, Express, Fastify.
 *
 * Subscribes at the call and writes at the client's pace: chunks that arrive while the socket is full are merged, so at
 * most one chunk waits for a slow client. Sends status 200 and the headers at once, with an opening comment. Headers
 * that were set before the call stay; `Cache-Control` keeps its directives and gains `no-transform`. For another status
 * or other headers, send the headers before the call: then no header is added. The body ends with `event: done`, or
 * with `event: error` and the public form of the error (its kind, whether and when to try again, a sentence; never the
 * cause, a key or a stack). Heartbeat comments fill the silences. With a {@link ReplyFormat} as the `format`, the events
 * are those of the format, and its headers are added to those that were not set before. Lossless; holds one merged chunk.
 *
 * With `waitForFirst`, nothing is sent before the first content of the reply (a thought or a call counts), its end or
 * `waitAtMost`, and notices that arrive meanwhile are merged into the first event. A failure before that is a response
 * with the status of {@link httpStatusOf}, `Retry-After` in whole seconds if the error is retryable and the wait is
 * known, and the JSON `{ error }` with the {@link publicError}, whatever the `format`; `fromSse` reads the same error
 * from it. Headers that were set before the call stay. An abort of `signal` meanwhile is answered with 499, or with the
 * status of the reason's kind. If the headers were sent before the call, nothing waits.
 *
 * These count as a disconnection, which unsubscribes the source according to `whenDisconnected`: the client closes the
 * connection (also before the call, or while its response waits behind others on the connection), the connection
 * breaks, `signal` aborts, or the client has accepted nothing for `maxStall`. A request with `HEAD` gets the headers
 * alone: the source is not subscribed. Calls `response.flush` after each write, for middleware that compresses.
 *
 * @param source - The reply. Put a `tap({ error })` on it to log the cause, which the client does not get.
 * @param response - See {@link ServerResponseLike}. The response is always ended, also after an abort.
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
  assertOptions(options);
  const abort$ = abortOption(options.signal);
  const first = firstContentOf<T>(options, abort$);
  const events = sendEvents(options, abort$, first);
  const limit = stallLimit(options);
  assertServerResponse(response);
  // A status that was sent cannot be changed, and `HEAD` has no reply to wait for.
  if (response.headersSent || response.req?.method === 'HEAD') first?.begin();
  const writer = responseWriter(response, limit);
  // Such a response has emitted `close` already, and does not emit it again.
  if (writer.isClosed()) return Promise.resolve();
  if (inUse.has(response))
    throw new TypeError('Expected `response` to be unused, got one that another reply is written to');
  inUse.add(response);

  const open = () => writer.open(openingText(options), formatHeaders(options));
  const isAwaited = first?.isAwaited ?? false;
  const hasBody = isAwaited || open();
  const written$ = source.pipe(
    events((batch) => writer.write(sseText(batch)), isAwaited ? open : undefined),
    catchError((cause: unknown) => {
      if (first?.isAwaited) return writer.refuse(first.refusal(cause));
      // A format that cannot encode a failure: the end of a whole response would be a lie.
      return writer.drop();
    }),
  );
  const sent$ = hasBody ? written$ : EMPTY;
  const aborted$ = abort$.pipe(filter(() => !first?.isAwaited));
  const left$ = isReplyFormat(options.format) ? writer.closed$ : merge(writer.closed$, aborted$);
  const done$ = concat(sent$.pipe(takeUntil(left$)), writer.end$.pipe(takeUntil(writer.closed$))).pipe(
    finalize(writer.removeListeners),
  );
  return lastValueFrom(done$, { defaultValue: undefined });
}

/** The responses with a reply: two replies in one would be mixed. */
const inUse = new WeakSet<ServerResponseLike>();

function assertServerResponse(response: unknown): void {
  const methods = ['writeHead', 'write', 'end', 'on', 'off'];
  if (isObject(response) && methods.every((method) => typeof response[method] === 'function')) return;
  throw typeError('response', "a response of Node's `http` (of Fastify, `reply.raw`)", response);
}
