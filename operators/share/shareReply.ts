import { asyncScheduler, defer, identity, noop, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { assertBoolean, assertDelay, assertOneOf, assertOptions, assertPositive } from '../../src/rx/assertions.js';
import { createBacklog } from './backlog.js';
import { deferWhenSlow } from './deferWhenSlow.js';
import { MergedReplayBuffer, UnmergedReplayBuffer } from './replayBuffer.js';
import { defaultMaxBytes, shareRequest } from './shareRequest.js';

/** Options of {@link shareReply}. @public */
export interface ShareReplyOptions {
  /**
   * The maximum time that an unfinished request stays open without a subscriber, in ms. With `resumable`, also the time
   * for which a failure is held.
   *
   * @defaultValue 0; with `resumable: true` 30_000
   */
  readonly grace?: number | undefined;
  /**
   * Whether a client that reconnects can resume the reply (see `resumable` of the sinks): late subscribers get the
   * chunks that they missed one by one instead of merged, so that each chunk has the same index for all. Takes the
   * memory of each chunk.
   *
   * @defaultValue false
   */
  readonly resumable?: boolean | undefined;
  /**
   * Whether later subscribers of a request that failed get its chunks and its error again, without a time limit.
   * Otherwise they make a new request, with `resumable` once `grace` has passed.
   *
   * @defaultValue false
   */
  readonly keepFailure?: boolean | undefined;
  /**
   * The policy for a subscriber whose `next` holds the thread for 10 ms or more. The source and the other subscribers
   * continue; the chunks for the slow subscriber wait for a separate task.
   *
   * - `'coalesce'`: the waiting chunks are merged into one chunk (not with `resumable`).
   * - `'buffer'`: the chunks wait one by one; if more than `maxBytes` wait, the subscriber fails.
   * - `'error'`: the subscriber fails as soon as a chunk has to wait.
   *
   * @defaultValue undefined: each chunk is emitted to all subscribers at once, one after the other
   */
  readonly whenSlow?: 'coalesce' | 'buffer' | 'error' | undefined;
  /**
   * The maximum memory for late subscribers, in bytes, estimated: two bytes for each UTF-16 unit of text, data and
   * arguments. Limits the merged reply, and with `whenSlow: 'buffer'` the backlog of each slow subscriber; a chunk that
   * is held unmerged takes 512 bytes more.
   *
   * @defaultValue 67_108_864: 64 MB
   */
  readonly maxBytes?: number | undefined;
}

/**
 * Shares one request among any number of subscribers; late subscribers first get the chunks that they missed.
 *
 * The first subscriber makes the request. A later subscriber gets the reply so far as one merged chunk, at once, and
 * then every chunk as it arrives. All subscribers see the same chunks in the same order, even if one of them
 * subscribes, unsubscribes or causes the next chunk inside the `next` of another.
 *
 * - After completion: late subscribers get the merged chunk and the completion, without a request and without a time
 *   limit.
 * - After a failure: the next subscriber makes a new request, unless `keepFailure` or `resumable` is set.
 * - A chunk that cannot be merged fails all subscribers and unsubscribes from the source.
 * - When the last subscriber unsubscribes from an unfinished request, the request is closed `grace` ms later. A
 *   subscriber within that time joins the open request; a later one makes a new request.
 *
 * With `resumable: true`, the chunks are held one by one, so that a client that reconnects to a sink with
 * `resumable: true` and `lastEventId` gets exactly the chunks that it lacks. The request stays open for `grace` ms
 * without a subscriber. A reply that completes is held; a reply that fails is held for `grace` ms, in which a client
 * that reconnects gets the chunks that it lacks and then the error, without a new request. Put operators that merge or
 * add chunks over time (`bufferChunks`, `smoothText`, `withProgress`) above, where they run once for all subscribers.
 *
 * Store the result in a variable: subscribers of this Observable share the request. Lossless; holds the merge of the
 * reply, once for all subscribers: ten thousand late subscribers get the same chunk object. (rxjs's `shareReplay` holds
 * and replays each chunk.) Of a reply larger than `maxBytes`, nothing is held: present subscribers continue, and later
 * subscribers fail with a {@link GeminiError} of kind `overflow`.
 *
 * Subscribers are called one after the other on one thread, so a slow one, which renders Markdown for example, holds up
 * all the others; `whenSlow` sets the policy for it. A subscriber that fails by that policy, with kind `overflow`, may
 * subscribe again, and gets the chunks that it missed. A subscriber that passes chunks on to a slow socket or database
 * is not slow itself, and no Observable can see the backlog there: put a `coalesceMap`, which holds one merged chunk,
 * before each slow socket or database.
 *
 * @param options - See {@link ShareReplyOptions}.
 * @returns An operator from chunks to the same chunks; the first chunk of a late subscriber may be merged.
 * @throws RangeError - At the call, if `grace` is not a non-negative number of ms or `maxBytes` is not positive.
 * @throws TypeError - At the call, if `keepFailure` or `resumable` is not a boolean, `whenSlow` is not one of its
 * policies, or `whenSlow: 'coalesce'` and `resumable: true` are combined.
 * @see {@link coalesceMap} for a slow consumer.
 * @example
 * ```ts
 * const shared$ = reply$.pipe(shareReply());
 * shared$.pipe(toText()).subscribe((text) => process.stdout.write(text));
 * shared$.pipe(finalResponse()).subscribe((reply) => console.log(reply.usageMetadata));
 * ```
 * @public
 */
export function shareReply<T extends GeminiChunk>(options: ShareReplyOptions = {}): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { resumable = false, keepFailure = false, whenSlow, maxBytes = defaultMaxBytes } = options;
  const { grace = resumable ? 30_000 : 0 } = options;
  assertDelay('grace', grace);
  assertBoolean('keepFailure', keepFailure);
  assertBoolean('resumable', resumable);
  if (whenSlow !== undefined) assertOneOf('whenSlow', whenSlow, ['coalesce', 'buffer', 'error']);
  if (whenSlow === 'coalesce' && resumable) {
    throw new TypeError("Expected `whenSlow` not to be 'coalesce' with `resumable: true`: a merged chunk has no index");
  }
  assertPositive('maxBytes', maxBytes);
  const makeBuffer = () => (resumable ? new UnmergedReplayBuffer<T>() : new MergedReplayBuffer<T>());
  const isolate =
    whenSlow === undefined ? identity<Observable<T>> : deferWhenSlow(() => createBacklog<T>(whenSlow, maxBytes));

  return (source) => {
    let reply$: Observable<T> | undefined;
    const forgetReply = () => {
      reply$ = undefined;
    };
    /** The failed reply is still the current one then: it fails once, and no other takes its place before. */
    const forgetAfterGrace = () => asyncScheduler.schedule(forgetReply, grace);
    const onFailure = keepFailure ? noop : resumable && grace > 0 ? forgetAfterGrace : forgetReply;
    const settings = { makeBuffer, maxBytes, grace, onFailure };
    return isolate(defer(() => (reply$ ??= shareRequest(source, settings))));
  };
}
