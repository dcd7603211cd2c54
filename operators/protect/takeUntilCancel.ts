import {
  concat,
  defer,
  EMPTY,
  from,
  of,
  takeUntil,
  tap,
  throwError,
  type Observable,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { withField } from '../../src/chunk/copyFields.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { noticeAfter } from '../../src/chunk/noticeAfter.js';
import { hasName } from '../../src/errors/errorLike.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { assertOneOf, assertOptions, typeError } from '../../src/rx/assertions.js';
import { cancelReasonOf } from '../../src/rx/cancelReasonOf.js';
import { isAbortSignal } from '../../src/rx/isAbortSignal.js';
import { whenAborted } from '../../src/rx/whenAborted.js';

/** Options of {@link takeUntilCancel}. @public */
export interface TakeUntilCancelOptions {
  /**
   * The end of a cancelled reply: completion, after a chunk marked as `cancelled`, or an error. @defaultValue
   * 'complete'
   */
  readonly as?: 'complete' | 'error' | undefined;
}

/**
 * Ends the reply, and closes its request, when `notifier` aborts or emits.
 *
 * Chunks are emitted as they arrive. When the signal aborts or the notifier emits, the source is unsubscribed at once;
 * then, as `complete`, one chunk `{ text: '', cancelled: { reason } }` is emitted, with the latest `progress`,
 * `metrics` and `cost` of operators above, and the result completes; as `error`, the result fails with a {@link
 * GeminiError}, kind `cancelled`, with the reason as its `cause` and the merge of all earlier chunks as its `partial`.
 * A reason named `TimeoutError` (`AbortSignal.timeout`) makes the kind `timeout`, not retryable, because the signal
 * stays aborted. If the notifier aborts or emits at once, the source is not subscribed at all.
 *
 * `reason` is the string, or the message of the error, that the notifier emitted, else `'cancelled'`. A notifier that
 * completes has no effect; a notifier that fails makes the result fail with its error. Unsubscription is silent. Every
 * ending unsubscribes from the notifier. Lossless up to the cancel. Holds nothing as `complete`, the merge of the reply
 * as `error`.
 *
 * Place `takeUntilCancel` below `retryTransient`, so that a cancel also ends the back-off.
 *
 * @param notifier - An `AbortSignal`, or an Observable, promise or iterable of which the first value counts.
 * @param options - See {@link TakeUntilCancelOptions}.
 * @returns An operator from chunks to the same chunks; the marked chunk may come before the source has emitted, and is
 * a plain {@link GeminiChunk}.
 * @throws TypeError - At the call, if `notifier` or `as` is not one of the listed values.
 * @example
 * ```ts
 * const controller = new AbortController();
 * reply$.pipe(takeUntilCancel(controller.signal)).subscribe((chunk) => {
 *   console.log(chunk.cancelled ? `(${chunk.cancelled.reason})` : chunk.text);
 * });
 * controller.abort('the user pressed Escape');
 * ```
 * @public
 */
export function takeUntilCancel<T extends GeminiChunk>(
  notifier: AbortSignal | ObservableInput<unknown>,
  options: TakeUntilCancelOptions = {},
): OperatorFunction<T, T | GeminiChunk> {
  assertOptions(options);
  const { as = 'complete' } = options;
  const reasons$ = reasonsFrom(notifier);
  assertOneOf('as', as, ['complete', 'error']);

  return (source) =>
    defer(() => {
      const partial = as === 'error' ? new ChunkBuilder<T>() : undefined;
      let latest: T | undefined;
      let ending$: Observable<GeminiChunk> = EMPTY;
      const cancel$ = reasons$.pipe(
        tap((reason) => {
          ending$ = partial
            ? throwError(() => cancelError(reason, partial.snapshot()))
            : of(withField(noticeAfter(latest), 'cancelled', { reason: cancelReasonOf(reason) }));
        }),
      );
      // `concat` closes the source before it subscribes to the ending.
      return concat(
        source.pipe(
          tap((chunk) => {
            latest = chunk;
            partial?.append(chunk);
          }),
          takeUntil(cancel$),
        ),
        defer(() => ending$),
      );
    });
}

function reasonsFrom(notifier: AbortSignal | ObservableInput<unknown>): Observable<unknown> {
  if (isAbortSignal(notifier)) return whenAborted(notifier);
  try {
    return from(notifier);
  } catch {
    throw typeError('notifier', 'an AbortSignal or an ObservableInput', notifier);
  }
}

function cancelError(reason: unknown, partial: GeminiChunk): GeminiError {
  // The reason of `AbortSignal.timeout`, and the error of rxjs' `timeout`.
  if (hasName(reason, 'TimeoutError')) {
    const message = 'The time ran out before the reply was complete';
    return new GeminiError(message, { kind: 'timeout', retryable: false, cause: reason, partial });
  }
  const words = cancelReasonOf(reason);
  const message = words === 'cancelled' ? 'The reply was cancelled' : `The reply was cancelled: ${words}`;
  return new GeminiError(message, { kind: 'cancelled', cause: reason, partial });
}
