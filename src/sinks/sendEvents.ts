import { catchError, concat, defer, EMPTY, identity, tap, type Observable, type OperatorFunction } from 'rxjs';
import { coalesceChunks } from '../chunk/coalesceChunks.js';
import { emptyChunk } from '../chunk/emptyChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { openingComment } from '../chunk/openingComment.js';
import { assertOptions, assertPositiveDelay, typeError } from '../rx/assertions.js';
import { moment } from '../rx/clock.js';
import { deliveryOf, type DeliveryOptions } from './delivery.js';
import { eventEncoder, withId } from './eventEncoder.js';
import { keepAlive } from '../rx/keepAlive.js';
import type { AnnotationName } from '../chunk/replyAnnotations.js';
import { omittedFields } from './omittedFields.js';
import type { ReplySseMessage } from './sseMessage.js';

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
   * (`['progress', 'cost']`). A chunk that has only omitted annotations is not sent.
   *
   * `cancelled` and `stopped` are always sent: without them, the reader would report that the reply was cut off. Of
   * `interaction`, the `id` and the `status` are always sent, and the other fields, such as the `cursor`, only if
   * `interaction` is named; a chunk that would report only an unchanged id and status is not sent.
   *
   * @defaultValue false
   */
  readonly annotations?: boolean | readonly AnnotationName[] | undefined;
}

/** Options of {@link toSse} and {@link toSseText}. @public */
export interface ReplySseOptions<T extends GeminiChunk = GeminiChunk> extends ReplyFormatOptions<T> {
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
 * The operator calls `send` with an event, and waits until the Observable that `send` returns completes. Chunks that
 * arrive meanwhile are merged into one event.
 */
export function sendEvents<T extends GeminiChunk>(
  options: ReplySseOptions<T>,
): <R>(send: (event: ReplySseMessage, isLast: boolean) => Observable<R>) => OperatorFunction<T, R> {
  assertOptions(options);
  const { format = 'chunk', annotations = false, heartbeat = defaultHeartbeat } = options;
  if (format !== 'chunk' && format !== 'text' && typeof format !== 'function') {
    throw typeError('format', "'chunk' or 'text' or a function", format);
  }
  const omitted = omittedFields(annotations);
  if (heartbeat !== false) assertPositiveDelay('heartbeat', heartbeat);
  const { lastIndex, isResumable, select } = deliveryOf<T>(options);

  return (send) => (source) =>
    defer(() => {
      const encoder = eventEncoder(format, omitted, isResumable);
      /** The index of the last chunk that was received. */
      let receivedIndex = lastIndex;
      /** The index of the last chunk in the last event. */
      let sentIndex = lastIndex;
      const id = () => (isResumable ? String(sentIndex) : undefined);
      let sentAt = moment();
      const sendEvent = (event: ReplySseMessage | undefined, isLast = false) => {
        if (!event) return EMPTY;
        sentAt = moment();
        return send(event, isLast);
      };
      const eventOf = (chunk: T) => {
        const isHeartbeat = receivedIndex === sentIndex;
        sentIndex = receivedIndex;
        return isHeartbeat ? ({ type: 'heartbeat', ...withId(id()), data: '' } as const) : encoder.chunk(chunk, id());
      };
      const chunks$ = source.pipe(
        select(encoder.isSent),
        tap(() => receivedIndex++),
        // A heartbeat is the empty chunk, the identity of merging: a heartbeat that has to wait disappears in the next
        // chunk.
        heartbeat === false ? identity : keepAlive(heartbeat, emptyChunk as T, () => sentAt),
        coalesceChunks((chunk) => sendEvent(eventOf(chunk))),
      );
      return concat(
        chunks$,
        defer(() => sendEvent(encoder.end(id()), true)),
      ).pipe(catchError((cause: unknown) => sendEvent(encoder.failure(cause, id()), true)));
    });
}
