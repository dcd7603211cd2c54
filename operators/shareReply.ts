import { defer, noop, share, tap, timer, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { GeminiChunk } from '../src/chunk/geminiChunk.js';
import { assertBoolean, assertDelay } from '../src/internal/assertions.js';
import { ChunkSubject } from '../src/internal/chunkSubject.js';

/** Options of {@link shareReply}. @public */
export interface ShareReplyOptions {
  /** How long an unfinished request is kept open after its last subscriber has left, in ms. @defaultValue 0 */
  readonly grace?: number | undefined;
  /**
   * Whether a later subscriber of a request that failed gets what had arrived and the error again; otherwise it
   * makes a new request.
   *
   * @defaultValue false
   */
  readonly keepFailure?: boolean | undefined;
}

/**
 * Makes one request for any number of subscribers, however late they come, and none of them misses anything.
 *
 * The first subscriber makes the request. A later one gets what it missed as one merged chunk, at once, and from then
 * on every chunk as it comes; one that comes while nothing has arrived gets no such chunk. All see the same chunks in
 * the same order, also where one of them subscribes, unsubscribes or brings the next chunk inside of another's `next`.
 *
 * - After completion: the merged chunk and the completion, for ever, without a request.
 * - After a failure: the next subscriber makes a new request, unless `keepFailure` is set.
 * - When the last subscriber leaves an unfinished request, it is closed, `grace` ms later; one that comes in time
 *   finds it as it was, a later one makes a new request.
 *
 * What is shared is what the operator is applied to: keep the result in a variable and hand that out. Lossless; keeps
 * the merge of the reply, once for all subscribers. (rxjs's `shareReplay` keeps and replays each chunk.)
 *
 * @param options - See {@link ShareReplyOptions}.
 * @returns An operator from chunks to the same chunks, the first of which may be merged.
 * @throws RangeError - At the call, if `grace` is not a non-negative number of ms.
 * @throws TypeError - At the call, if `keepFailure` is not a boolean.
 * @example
 * ```ts
 * const shared$ = reply$.pipe(shareReply());
 * shared$.pipe(toText()).subscribe((text) => process.stdout.write(text));
 * shared$.pipe(finalResponse()).subscribe((reply) => console.log(reply.usageMetadata));
 * ```
 * @public
 */
export function shareReply<T extends GeminiChunk>(options: ShareReplyOptions = {}): MonoTypeOperatorFunction<T> {
  const { grace = 0, keepFailure = false } = options;
  assertDelay('grace', grace);
  assertBoolean('keepFailure', keepFailure);

  return (source) => {
    let reply$: Observable<T> | undefined;
    const forget = () => {
      reply$ = undefined;
    };
    const request = () =>
      source.pipe(
        tap({ error: keepFailure ? noop : forget }),
        share({
          connector: () => new ChunkSubject<T>(),
          resetOnComplete: false,
          // By `share` itself, a failure inside of a late subscriber's first chunk would request into the old subject.
          resetOnError: false,
          resetOnRefCountZero: grace === 0 ? true : () => timer(grace),
        }),
      );
    return defer(() => (reply$ ??= request()));
  };
}
