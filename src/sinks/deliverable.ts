import { defer, filter, identity, share, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { assertBoolean, assertInteger, assertOneOf, assertOptions, typeError } from '../rx/assertions.js';
import { isCatchUp } from '../chunk/catchUp.js';
import { operate } from '../rx/operate.js';

/** Options of all sinks. @public */
export interface DeliveryOptions {
  /**
   * The policy for a reply whose reader disconnects before the end. `cancel`: the source is unsubscribed, which closes
   * the request to Gemini. `finish`: it runs to its end without a reader, for operators above that store or bill the
   * reply.
   *
   * @defaultValue 'cancel'
   */
  readonly whenDisconnected?: 'cancel' | 'finish' | undefined;
  /**
   * Whether a reader whose connection broke can get the rest of this reply. Only then are chunks sent with their index
   * as an `id`, by which a reader asks for the rest; without one, `fromSse` does not connect again.
   *
   * Needs a source that gives each subscription the same chunks, one by one, and is still there when the reader comes
   * back: that of `shareReply({ resumable: true })`, or a stored reply. The other options have to stay the same, too,
   * as only chunks that are sent have an index.
   *
   * @defaultValue false
   */
  readonly resumable?: boolean | undefined;
  /**
   * With `resumable: true`, the index of the last chunk that the reader has: the chunks up to there are left out. A
   * number, or the header `Last-Event-ID` as it came; a text that is not an index means that the reader has nothing. A
   * source that ends before that chunk, or has merged it with others, fails with kind `truncated`.
   *
   * @defaultValue none: the reader gets all
   */
  readonly lastEventId?: number | string | readonly string[] | null | undefined;
}

/** The options of a delivery, checked. */
export interface Delivery<T> {
  /** The index of the last chunk that the reader has; -1 if it has none. */
  readonly lastIndex: number;
  readonly isResumable: boolean;
  /**
   * Leaves out chunks that are not sent, and those that the reader has; subscribes until the end where that is wanted.
   *
   * @param isSent - Whether anything of a chunk is sent, so that it has an index.
   */
  readonly prepare: (isSent: (chunk: T) => boolean) => MonoTypeOperatorFunction<T>;
}

export function deliverable<T extends GeminiChunk>(options: DeliveryOptions): Delivery<T> {
  assertOptions(options);
  const { whenDisconnected = 'cancel', resumable = false, lastEventId } = options;
  assertOneOf('whenDisconnected', whenDisconnected, ['cancel', 'finish']);
  assertBoolean('resumable', resumable);
  const lastIndex = indexOf(lastEventId);
  if (!resumable && (lastEventId ?? undefined) !== undefined) {
    throw new TypeError('Expected `resumable: true` beside `lastEventId`: a reply cannot be resumed without its ids');
  }
  const stay: MonoTypeOperatorFunction<T> = whenDisconnected === 'finish' ? toItsEnd : identity;
  const resume: MonoTypeOperatorFunction<T> = lastIndex < 0 ? identity : after(lastIndex);
  const prepare = (isSent: (chunk: T) => boolean) => (source: Observable<T>) =>
    stay(source).pipe(filter(isSent), resume);
  return { lastIndex, isResumable: resumable, prepare };
}

function indexOf(lastEventId: unknown): number {
  if (lastEventId === undefined || lastEventId === null) return -1;
  // Node has a list of a header that came more than once.
  if (Array.isArray(lastEventId)) return indexOf(lastEventId.at(-1));
  if (typeof lastEventId === 'string') return /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1;
  if (typeof lastEventId !== 'number') throw typeError('lastEventId', 'an index or a header', lastEventId);
  assertInteger('lastEventId', lastEventId, -1);
  return lastEventId;
}

/** Once subscribed, the source is unsubscribed only when it has ended. */
function toItsEnd<T>(source: Observable<T>): Observable<T> {
  return defer(() => source.pipe(share({ resetOnRefCountZero: false })));
}

/** Leaves out the chunks up to that index, all of which have to come. */
function after<T extends GeminiChunk>(lastIndex: number): MonoTypeOperatorFunction<T> {
  return operate((destination) => {
    let index = -1;
    return {
      next(chunk) {
        index += 1;
        if (index > lastIndex) destination.next(chunk);
        // Left out as if it were one chunk, it would take text with it that the reader does not have.
        else if (isCatchUp(chunk)) throw notResumable('`shareReply` merged what was missed, without `resumable: true`');
      },
      complete() {
        if (index < lastIndex) throw notResumable('it ended before the last chunk that its reader has');
        destination.complete();
      },
    };
  });
}

function notResumable(why: string): GeminiError {
  return new GeminiError(`The reply cannot be resumed: ${why}`, { kind: 'truncated', retryable: false });
}
