import { catchError, concat, defer, EMPTY, identity, tap, type Observable, type OperatorFunction } from 'rxjs';
import { coalesceChunks } from '../chunk/coalesceChunks.js';
import { emptyChunk } from '../chunk/emptyChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertOptions, assertPositiveDelay, typeError } from '../rx/assertions.js';
import { moment } from '../rx/clock.js';
import { openingComment } from '../chunk/openingComment.js';
import type { SseEvent } from './sseText.js';
import { deliverable, type DeliveryOptions } from './deliverable.js';
import { keepAlive } from './keepAlive.js';
import { leftOutBy, type AnnotationName } from './sentAnnotations.js';
import { sseEncoder, withId, type ReplyFormat } from './sseEncoder.js';

/** Options of the sinks that write the wire format. @public */
export interface ReplyFormatOptions<T extends GeminiChunk = GeminiChunk> extends DeliveryOptions {
  /**
   * The JSON that is sent for a chunk. `chunk`: all but `text`, which the candidates carry. `text`: `{ text }` where
   * there is some, and at the end `{ done: true, usage }` or `{ error }`, without types of events: the plain format
   * that is written by hand in many places; a reply that was cancelled or stopped ends with `cancelled` or `stopped`
   * beside `done`. A function: whatever it returns for a chunk, without side effects; undefined sends nothing.
   *
   * @defaultValue 'chunk'
   */
  readonly format?: ReplyFormat<T> | undefined;
  /**
   * Whether chunks are sent with the annotations that operators added: all of them, none, or those in the list
   * (`['progress', 'cost']`). A chunk that has nothing but annotations that are not sent is not sent itself.
   *
   * `cancelled` and `stopped` are always sent: without them, the reader takes the reply for one that broke off.
   *
   * @defaultValue false
   */
  readonly annotations?: boolean | readonly AnnotationName[] | undefined;
}

/** Options of {@link toSse} and {@link toSseText}. @public */
export interface ReplySseOptions<T extends GeminiChunk = GeminiChunk> extends ReplyFormatOptions<T> {
  /**
   * The silence after which a heartbeat is sent, in ms, so that no proxy closes the connection while the model thinks;
   * `false` sends none. `fromSse` gives up a connection on which three of them are missing, if the stream opens with a
   * comment that announces them; that of {@link toSse} does not.
   *
   * @defaultValue 15_000
   */
  readonly heartbeat?: number | false | undefined;
}

const defaultHeartbeat = 15_000;

/** The text with which a sink that writes events opens its stream, so that the headers leave at once. */
export function openingText<T extends GeminiChunk>(options: ReplySseOptions<T>): string {
  const { heartbeat = defaultHeartbeat } = options;
  const { lastIndex, isResumable } = deliverable(options);
  return openingComment({
    heartbeat: heartbeat === false ? undefined : heartbeat,
    after: isResumable ? lastIndex : undefined,
  });
}

/**
 * Checks the options. The result makes an operator that sends the events of a reply, the end and a failure among them:
 * it never fails by its source.
 *
 * `send` sends one, and is over when the next may be sent. What comes until then is merged into one event.
 */
export function eventsOf<T extends GeminiChunk>(
  options: ReplySseOptions<T>,
): <R>(send: (event: SseEvent, isLast: boolean) => Observable<R>) => OperatorFunction<T, R> {
  assertOptions(options);
  const { format = 'chunk', annotations = false, heartbeat = defaultHeartbeat } = options;
  if (format !== 'chunk' && format !== 'text' && typeof format !== 'function') {
    throw typeError('format', "'chunk' or 'text' or a function", format);
  }
  const leftOut = leftOutBy(annotations);
  if (heartbeat !== false) assertPositiveDelay('heartbeat', heartbeat);
  const { lastIndex, isResumable, prepare } = deliverable<T>(options);

  return (send) => (source) =>
    defer(() => {
      const encoder = sseEncoder(format, leftOut, isResumable);
      /** The index of the last chunk that is sent, and of the last one in what was handed over. */
      let received = lastIndex;
      let handed = lastIndex;
      const id = () => (isResumable ? String(handed) : undefined);
      let sentAt = moment();
      const sent = (event: SseEvent | undefined, isLast = false) => {
        if (!event) return EMPTY;
        sentAt = moment();
        return send(event, isLast);
      };
      const eventOf = (chunk: T) => {
        const isBeat = received === handed;
        handed = received;
        return isBeat ? ({ type: 'heartbeat', ...withId(id()), data: '' } as const) : encoder.chunk(chunk, id());
      };
      const chunks$ = source.pipe(
        prepare(encoder.isSent),
        tap(() => received++),
        // A beat that has to wait disappears in the chunk that waits: it is the identity of merging.
        heartbeat === false ? identity : keepAlive(heartbeat, emptyChunk as T, () => sentAt),
        coalesceChunks((chunk) => sent(eventOf(chunk))),
      );
      return concat(
        chunks$,
        defer(() => sent(encoder.end(id()), true)),
      ).pipe(catchError((cause: unknown) => sent(encoder.failure(cause, id()), true)));
    });
}
