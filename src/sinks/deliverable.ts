import { defer, identity, share, skip, tap, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { assertInteger, assertOneOf, typeError } from '../internal/assertions.js';
import { isCatchUp } from '../internal/catchUp.js';

/** What all sinks can be told. @public */
export interface DeliveryOptions {
  /**
   * What becomes of the reply when its reader leaves before the end. `cancel`: the source is unsubscribed, which closes
   * the request to Gemini. `finish`: it runs to its end, though nobody reads: for what is stored or billed above.
   *
   * @defaultValue 'cancel'
   */
  readonly onDisconnect?: 'cancel' | 'finish' | undefined;
  /**
   * The index of the last chunk that the reader has: the source's chunks up to there are left out. A number, or the
   * text of the `Last-Event-ID` header as it came; a text that is no index counts as none.
   *
   * The source has to give this subscription the chunks that it gave the one before, one by one: rxjs's
   * `shareReplay()`, or a stored reply. `shareReply` does not: what a late reader missed is one chunk, and the reader
   * is then told that its reply cannot be resumed, kind `truncated`.
   *
   * @defaultValue none: the reader gets all
   */
  readonly lastEventId?: number | string | null | undefined;
}

/** The options of a delivery, checked. */
export interface Delivery<T> {
  /** The index of the last chunk that the reader has; -1 if it has none. */
  readonly lastIndex: number;
  /** Leaves out what the reader has, and is subscribed until the end where that is wanted. */
  readonly prepare: MonoTypeOperatorFunction<T>;
}

export function deliverable<T extends GeminiChunk>(options: DeliveryOptions): Delivery<T> {
  const { onDisconnect = 'cancel', lastEventId } = options;
  assertOneOf('onDisconnect', onDisconnect, ['cancel', 'finish']);
  const lastIndex = indexOf(lastEventId);
  const stay: MonoTypeOperatorFunction<T> = onDisconnect === 'finish' ? toItsEnd : identity;
  const resume: MonoTypeOperatorFunction<T> =
    lastIndex < 0
      ? identity
      : (source) =>
          source.pipe(
            tap((chunk) => {
              assertNoCatchUp(chunk);
            }),
            skip(lastIndex + 1),
          );
  return { lastIndex, prepare: (source) => stay(source).pipe(resume) };
}

/** Left out as if it were one chunk, it would take text with it that the reader does not have. */
function assertNoCatchUp(chunk: GeminiChunk): void {
  if (!isCatchUp(chunk)) return;
  const message =
    'The reply cannot be resumed: `shareReply` gives what was missed as one chunk, and not chunk by chunk';
  throw new GeminiError(message, { kind: 'truncated', retryable: false });
}

function indexOf(lastEventId: unknown): number {
  if (lastEventId === undefined || lastEventId === null) return -1;
  if (typeof lastEventId === 'string') return /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1;
  if (typeof lastEventId !== 'number') throw typeError('lastEventId', 'an index or a header', lastEventId);
  assertInteger('lastEventId', lastEventId, -1);
  return lastEventId;
}

/** Once subscribed, the source is left only when it is over. */
function toItsEnd<T>(source: Observable<T>): Observable<T> {
  return defer(() => source.pipe(share({ resetOnRefCountZero: false })));
}
