import { Subscription, type MonoTypeOperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { isBackgroundRun } from '../../src/chunk/isBackgroundRun.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { assertAtLeastOne, assertOptions, assertPositiveDelay } from '../../src/rx/assertions.js';
import { idleTimer, type IdleTimer } from '../../src/rx/idleTimer.js';
import { operate } from '../../src/rx/operate.js';

/** Options of {@link timeoutReply}: at least one limit, each in ms. @public */
export interface TimeoutReplyOptions {
  /** The longest wait for the first content, from the subscription on. @defaultValue no limit */
  readonly first?: number | undefined;
  /** The longest silence after any content, up to the completion. @defaultValue no limit */
  readonly each?: number | undefined;
  /** The longest time that the whole reply may take, from the subscription to the completion. @defaultValue no limit */
  readonly total?: number | undefined;
}

/**
 * Fails a reply that takes too long: to begin, between two contents, or as a whole.
 *
 * Chunks are emitted as they arrive. When a limit is passed, the result fails with a {@link GeminiError}, kind
 * `timeout`, and the source is unsubscribed, which closes the request. Only the error of `first` is `retryable`: later,
 * a new request would begin from the start. Once an interaction that runs in the background has an id, the error of
 * `first` is not `retryable` either: the run continues, and a new request would start a second one. Only content ends a
 * wait: a thought or a function call does; a heartbeat, a notice, token counts or a bare finish do not. The time that
 * the subscriber takes for a chunk does not count as silence. If the thread was busy for longer than a limit, waiting
 * data of the sockets is read first: a limit fails the result only if the model was silent, not because this process
 * was busy.
 *
 * Completion, an error and an unsubscription clear all timers. Lossless up to the timeout; holds nothing: with
 * `classifyErrors` below, the error has the reply so far.
 *
 * @param options - See {@link TimeoutReplyOptions}.
 * @returns An operator from chunks to the same chunks.
 * @throws TypeError - At the call, if there is no limit.
 * @throws RangeError - At the call, if a limit is not a positive number of ms.
 * @example
 * ```ts
 * reply$.pipe(timeoutReply({ first: 10_000, each: 5_000, total: 120_000 })).subscribe({
 *   next: ({ text }) => console.log(text),
 *   error: ({ message }: GeminiError) => console.log(message),
 * });
 * ```
 * @public
 */
export function timeoutReply<T extends GeminiChunk>(options: TimeoutReplyOptions): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { first, each, total } = options;
  const limits = { first, each, total };
  assertAtLeastOne(limits);
  for (const [name, limit] of Object.entries(limits)) if (limit !== undefined) assertPositiveDelay(name, limit);

  return operate((destination) => {
    const fail = (message: string, retryable = false) => {
      destination.error(new GeminiError(message, { kind: 'timeout', retryable }));
    };
    /** Whether a new request would repeat no run that continues. */
    let isRepeatable = true;
    const failAfter = (limit: number | undefined, message: string, isFirst = false): Subscription => {
      if (limit === undefined) return Subscription.EMPTY;
      const { wait } = idleTimer(limit, () => fail(message, isFirst && isRepeatable));
      destination.add(wait);
      return wait;
    };
    failAfter(total, `The reply was not complete within ${String(total)} ms`);
    const begin = failAfter(first, `The model did not begin to answer within ${String(first)} ms`, true);
    let silence: IdleTimer | undefined;
    const restartSilence = (limit: number) => {
      if (silence) {
        silence.touch();
        return;
      }
      silence = idleTimer(limit, () => {
        fail(`The model wrote nothing more for ${String(limit)} ms`);
      });
      destination.add(silence.wait);
    };
    return {
      next(chunk) {
        isRepeatable &&= !isBackgroundRun(chunk);
        const isContent = hasContent(chunk);
        if (isContent) begin.unsubscribe();
        destination.next(chunk);
        // After `next`: the time that the subscriber takes is not silence of the model.
        if (isContent && each !== undefined) restartSilence(each);
      },
    };
  });
}
