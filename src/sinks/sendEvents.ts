import {
  catchError,
  concat,
  defer,
  EMPTY,
  identity,
  mergeMap,
  NEVER,
  startWith,
  takeUntil,
  tap,
  throwError,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { coalesceChunks } from '../chunk/coalesceChunks.js';
import { emptyChunk } from '../chunk/emptyChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { openingComment } from '../chunk/openingComment.js';
import { positionOf } from '../chunk/replyPosition.js';
import { wasCutShort } from '../chunk/wasCutShort.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertOptions, assertPositiveDelay, typeError } from '../rx/assertions.js';
import { moment } from '../rx/clock.js';
import { abortFailure } from './abortOption.js';
import { deliveryOf, type DeliveryOptions } from './delivery.js';
import { eventEncoder, foreignEncoder, withId, type OwnFormat } from './eventEncoder.js';
import type { FirstContent } from './firstContent.js';
import { checkFormat, isReplyFormat, type CheckedFormat } from './formatEncoder.js';
import { keepAlive } from '../rx/keepAlive.js';
import type { AnnotationName } from '../chunk/replyAnnotations.js';
import { omittedFields } from './omittedFields.js';
import type { ReplyFormat } from './replyFormat.js';
import type { EventBatch, ReplySseMessage } from './sseMessage.js';

/** Options of the sinks that write the wire format. @public */
export interface ReplyFormatOptions<T extends GeminiChunk = GeminiChunk> extends DeliveryOptions {
  /**
   * The JSON that is sent for a chunk.
   *
   * - `chunk`: the chunk without `text`, which the candidates carry.
   * - `text`: `{ text }`, for a chunk that has answer text, and at the end `{ done: true, usage }` or `{ error }`, all
   *   without event types: the plain format that many servers write by hand. If the reply was cancelled or stopped, the
   *   last event has `cancelled` or `stopped` beside `done`. The last event of an interaction has its id and status as
   *   `interaction`, also beside `error`.
   * - A function without side effects: the JSON of its result; `undefined` sends nothing.
   *
   * @defaultValue 'chunk'
   */
  readonly format?: 'chunk' | 'text' | ((chunk: T) => unknown) | undefined;
  /**
   * The annotations of operators that are sent with chunks: `true` for all, `false` for none, or a list of names
   * (`['progress', 'cost']`). A chunk that has only omitted annotations is not sent, unless its `position` is the first.
   *
   * `cancelled` and `stopped` are always sent: without them, the reader would report that the reply was cut off. So are
   * `queued` and `retrying`, which tell the reader how long the reply waits. Of `interaction`, the `id` and the `status`
   * are always sent, and the other fields, such as the `cursor`, only if `interaction` is named; a chunk that would
   * report only an unchanged id and status is not sent. `position` is sent as the `id` of the event, and in the chunk
   * only if `position` is named; the first one is sent at once, so that a reader can resume.
   *
   * @defaultValue false
   */
  readonly annotations?: boolean | readonly AnnotationName[] | undefined;
}

/** Options of {@link toSse} and {@link toSseText}. @public */
export interface ReplySseOptions<T extends GeminiChunk = GeminiChunk> extends Omit<ReplyFormatOptions<T>, 'format'> {
  /**
   * The data that is sent for a chunk.
   *
   * - `chunk`, `text` or a function: as in {@link ReplyFormatOptions}, for `fromSse` and readers of your own.
   * - A {@link ReplyFormat}, for readers of another protocol, such as `uiMessageStream()` for `useChat`. Its events are
   *   written without types and ids; those of one chunk are written together. It gets every chunk with all annotations,
   *   whatever `annotations` is, and of a failure the public form. If it throws, or returns an event that has no JSON,
   *   the reply ends as a failure; if it cannot encode that failure either, the connection breaks off. Such a reply
   *   cannot be `resumable`.
   *
   * @defaultValue 'chunk'
   */
  readonly format?: ReplyFormatOptions<T>['format'] | ReplyFormat<T>;
  /**
   * The silence after which a heartbeat is sent, in ms, so that no proxy closes the connection while the model thinks;
   * `false` sends none. `fromSse` closes a connection after three missing heartbeats if the stream opens with a comment
   * that announces heartbeats; the stream of {@link toSse} has no such comment.
   *
   * @defaultValue 15_000
   */
  readonly heartbeat?: number | false | undefined;
}

const defaultHeartbeat = 15_000;

/** The comment that opens a stream of events, so that the headers are sent at once. */
export function openingText<T extends GeminiChunk>(options: ReplySseOptions<T>): string {
  const { heartbeat = defaultHeartbeat } = options;
  const { lastIndex, isResumable } = deliveryOf(options);
  return openingComment({
    heartbeat: heartbeat === false ? undefined : heartbeat,
    after: isResumable ? lastIndex : undefined,
  });
}

/**
 * Checks the options, and returns a function that makes an operator from a reply to its events: the events of its
 * chunks, heartbeats, and a last event for its end or its failure. A failure of the source does not fail the operator.
 *
 * The operator calls `send` with the events to write together, and waits until the Observable that `send` returns
 * completes. Chunks that arrive meanwhile are merged into one. It calls `open` before the first events.
 *
 * @param abort$ - Emits the reason of an abort, which fails a reply in a foreign format: its reader may still be there,
 * and would take the end of the response for a success. With our own formats, the caller ends the response.
 * @param first - The wait of the response, during which no event is sent; a failure then fails the operator.
 */
export function sendEvents<T extends GeminiChunk>(
  options: ReplySseOptions<T>,
  abort$: Observable<unknown> = NEVER,
  first?: FirstContent<T>,
): <R>(send: (events: EventBatch, isLast: boolean) => Observable<R>, open?: () => void) => OperatorFunction<T, R> {
  assertOptions(options);
  const { annotations = false, heartbeat = defaultHeartbeat } = options;
  const format = readFormat(options);
  const omitted = omittedFields(annotations);
  if (heartbeat !== false) assertPositiveDelay('heartbeat', heartbeat);
  const { lastIndex, isResumable, select } = deliveryOf<T>(options);
  const aborted$ = abort$.pipe(mergeMap((reason) => throwError(() => abortFailure(reason))));

  return (send, open) => (source) =>
    defer(() => {
      const encoder = typeof format === 'object' ? foreignEncoder(format) : eventEncoder(format, omitted, isResumable);
      /** The index of the last chunk that was received. */
      let receivedIndex = lastIndex;
      /** The index of the last chunk in the last event. */
      let sentIndex = lastIndex;
      /** The position of the last chunk in the last event that had a position; such chunks are not counted. */
      let position: string | undefined;
      /** Whether the last content had no position: it is a piece of a chunk, which the reader does not have whole. */
      let isWithinChunk = false;
      let hasPosition = false;
      const id = () => position ?? (isResumable ? String(sentIndex) : undefined);
      let sentAt = moment();
      const sendAll = (events: readonly ReplySseMessage[], isLast = false) => {
        if (!isBatch(events)) return EMPTY;
        sentAt = moment();
        return send(events, isLast);
      };
      /** The first position is sent at once, also of a chunk of which nothing else is sent: with it, a reader can resume. */
      const isSent = (chunk: T) => {
        const isFirstPosition = !hasPosition && positionOf(chunk) !== undefined && !wasCutShort(chunk);
        hasPosition ||= isFirstPosition;
        return encoder.isSent(chunk) || isFirstPosition;
      };
      const receive = (chunk: T) => {
        receivedIndex += 1;
        isWithinChunk = positionOf(chunk) === undefined && (isWithinChunk || hasContent(chunk));
      };
      const eventsOf = (chunk: T) => {
        const isHeartbeat = receivedIndex === sentIndex;
        sentIndex = receivedIndex;
        if (isHeartbeat) return [{ type: 'heartbeat', ...withId(id()), data: '' } as const];
        // A merged chunk has the position of its last whole chunk, even if it ends within another.
        const own = isWithinChunk ? undefined : positionOf(chunk);
        const chunkId = own ?? (position === undefined ? id() : undefined);
        position = own ?? position;
        return encoder.chunk(chunk, chunkId);
      };
      const start$ = concat(
        first?.begun$ ?? EMPTY,
        defer(() => {
          open?.();
          return sendAll(encoder.start());
        }),
      );
      const chunks$ = source.pipe(
        first?.content ?? identity,
        select(isSent),
        typeof format === 'object' ? takeUntil(aborted$) : identity,
        first?.end ?? identity,
        tap(receive),
        // A heartbeat is the empty chunk, the identity of merging: a heartbeat that has to wait disappears in the next
        // chunk.
        heartbeat === false ? identity : keepAlive(heartbeat, emptyChunk as T, () => sentAt),
        // The first events, so that the source is subscribed before a slow reader has taken them.
        startWith(emptyChunk as T),
        coalesceChunks((chunk, index) => (index === 0 ? start$ : sendAll(eventsOf(chunk)))),
      );
      return concat(
        chunks$,
        defer(() => sendAll(encoder.end(id()), true)),
      ).pipe(
        catchError((cause: unknown) => {
          if (first?.isAwaited) return throwError(() => toGeminiError(cause));
          return sendAll(encoder.failure(cause, id()), true);
        }),
      );
    });
}

function isBatch(events: readonly ReplySseMessage[]): events is EventBatch {
  return events.length > 0;
}

/** The headers that the format adds to a response. */
export function formatHeaders<T extends GeminiChunk>({ format }: ReplySseOptions<T>): CheckedFormat<T>['headers'] {
  return isReplyFormat(format) ? checkFormat(format).headers : {};
}

const ownFormats = "'chunk' or 'text' or a function";

function readFormat<T extends GeminiChunk>(options: ReplySseOptions<T>): OwnFormat<T> | CheckedFormat<T> {
  const { format = 'chunk', resumable = false, lastEventId } = options;
  if (!isReplyFormat(format)) {
    if (isOwnFormat(format)) return format;
    throw typeError('format', `${ownFormats} or a ReplyFormat, which has a function \`begin\``, format);
  }
  // An option of the wrong type is refused too, by the sentence that fits best.
  if (resumable || (lastEventId ?? undefined) !== undefined) {
    throw new TypeError(
      'Expected no `resumable` and no `lastEventId` beside a `format` of another protocol: its events have no ids; ' +
        'its readers resume by a replay from the start',
    );
  }
  return checkFormat(format);
}

/** Throws unless the format is one of our own: messages of a WebSocket have no other. */
export function assertOwnFormat(format: unknown): void {
  if (format === undefined || isOwnFormat(format)) return;
  if (!isReplyFormat(format)) throw typeError('format', ownFormats, format);
  throw new TypeError(
    `Expected \`format\` to be ${ownFormats}, got a ReplyFormat: its readers take server-sent events, not messages`,
  );
}

function isOwnFormat(format: unknown): boolean {
  return format === 'chunk' || format === 'text' || typeof format === 'function';
}
