import { defer, filter, identity, share, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { isCatchUp } from '../chunk/catchUp.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { parseEventId } from '../chunk/parseEventId.js';
import { positionOf } from '../chunk/replyPosition.js';
import { notResumable } from '../errors/notResumable.js';
import { assertBoolean, assertInteger, assertOneOf, assertOptions, typeError } from '../rx/assertions.js';
import { operate } from '../rx/operate.js';

/** Options of all sinks. @public */
export interface DeliveryOptions {
  /**
   * The policy for a reply whose reader disconnects before the end. `cancel`: the source is unsubscribed, which closes
   * the request to Gemini. `finish`: the source runs to its end without a reader, for operators above that store or
   * bill the reply.
   *
   * @defaultValue 'cancel'
   */
  readonly whenDisconnected?: 'cancel' | 'finish' | undefined;
  /**
   * Whether a reader whose connection broke can get the rest of this reply. Chunks are then sent with their index as
   * an `id`, and the reader asks for the rest by the last `id`; without ids, `fromSse` does not connect again.
   *
   * Needs a source that emits the same chunks, one by one, for each subscription, and still exists when the reader
   * connects again: the result of `shareReply({ resumable: true })`, or a stored reply. The other options must not
   * change between the connections, because only chunks that are sent have an index.
   *
   * Chunks of `createReplies` have a `position`, which is always sent as their `id`; they need neither this option nor
   * `lastEventId`.
   *
   * @defaultValue false
   */
  readonly resumable?: boolean | undefined;
  /**
   * With `resumable: true`, the index of the last chunk that the reader has; the chunks up to that index are omitted. A
   * number, or the value of the header `Last-Event-ID`; a text that is not an index means that the reader has no chunk.
   * A source that ends before that chunk, or has merged it with other chunks, fails with kind `truncated`.
   *
   * @defaultValue no index: the reader gets all chunks
   */
  readonly lastEventId?: number | string | readonly string[] | null | undefined;
}

/** The options of a delivery, checked. */
export interface Delivery<T> {
  /** The index of the last chunk that the reader has; -1 if the reader has no chunk. */
  readonly lastIndex: number;
  readonly isResumable: boolean;
  /**
   * Makes an operator that emits the chunks to send: omits the chunks that `isSent` refuses and the chunks that the
   * reader has. With `whenDisconnected: 'finish'`, the operator stays subscribed to the source until the end.
   *
   * @param isSent - Whether anything of a chunk is sent, so that it has an index.
   */
  readonly select: (isSent: (chunk: T) => boolean) => MonoTypeOperatorFunction<T>;
}

export function deliveryOf<T extends GeminiChunk>(options: DeliveryOptions): Delivery<T> {
  assertOptions(options);
  const { whenDisconnected = 'cancel', resumable = false, lastEventId } = options;
  assertOneOf('whenDisconnected', whenDisconnected, ['cancel', 'finish']);
  assertBoolean('resumable', resumable);
  const lastIndex = lastIndexIn(lastEventId);
  if (!resumable && (lastEventId ?? undefined) !== undefined) {
    throw new TypeError('Expected `resumable: true` beside `lastEventId`: a reply cannot be resumed without its ids');
  }
  const stay: MonoTypeOperatorFunction<T> = whenDisconnected === 'finish' ? keepSubscribed : identity;
  const resume: MonoTypeOperatorFunction<T> = lastIndex < 0 ? identity : skipDelivered(lastIndex);
  const select = (isSent: (chunk: T) => boolean) => (source: Observable<T>) =>
    stay(source).pipe(filter(isSent), resume);
  return { lastIndex, isResumable: resumable, select };
}

function lastIndexIn(lastEventId: unknown): number {
  if (lastEventId === undefined || lastEventId === null) return -1;
  // Node has a list for a header that was sent more than once.
  if (Array.isArray(lastEventId)) return lastIndexIn(lastEventId.at(-1));
  if (typeof lastEventId === 'string') return parseEventId(lastEventId) ?? -1;
  if (typeof lastEventId !== 'number') throw typeError('lastEventId', 'an index or a header', lastEventId);
  assertInteger('lastEventId', lastEventId, -1);
  return lastEventId;
}

/** Stays subscribed to the source until the source has ended. */
function keepSubscribed<T>(source: Observable<T>): Observable<T> {
  return defer(() => source.pipe(share({ resetOnRefCountZero: false })));
}

/**
 * Omits the chunks up to an index; fails if the source does not emit each of these chunks. A source that numbers its
 * chunks by `position` begins where it was asked to, and none of its chunks is omitted.
 */
function skipDelivered<T extends GeminiChunk>(lastDelivered: number): MonoTypeOperatorFunction<T> {
  return operate((destination) => {
    let lastIndex = lastDelivered;
    let index = -1;
    return {
      next(chunk) {
        index += 1;
        if (positionOf(chunk) !== undefined) lastIndex = -1;
        if (index > lastIndex) destination.next(chunk);
        // A catch-up chunk merges several chunks: to omit it as one chunk would omit text that the reader lacks.
        else if (isCatchUp(chunk)) throw notResumable('`shareReply` merged what was missed, without `resumable: true`');
      },
      complete() {
        if (index < lastIndex) throw notResumable('it ended before the last chunk that its reader has');
        destination.complete();
      },
    };
  });
}
