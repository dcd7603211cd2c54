import {
  asyncScheduler,
  defer,
  identity,
  noop,
  share,
  Subject,
  takeUntil,
  tap,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { assertBoolean, assertDelay, assertOneOf, assertOptions, assertPositive } from '../../src/rx/assertions.js';
import { BoundedChunks } from './boundedChunks.js';
import { ChunkSubject } from './chunkSubject.js';
import { keepPace, type Waiting } from './keepPace.js';
import { KeptPast } from './replyPast.js';

/** Options of {@link shareReply}. @public */
export interface ShareReplyOptions {
  /**
   * The longest that an unfinished request stays open without a subscriber, in ms; with `resumable`, a failure is kept
   * for as long.
   *
   * @defaultValue 0; with `resumable: true` 30_000
   */
  readonly grace?: number | undefined;
  /**
   * Whether the reply can be sent to a reader that comes back (see `resumable` of the sinks): each late subscriber gets
   * the chunks that it missed one by one, as all others had them, and not merged into one. Takes the memory of each
   * chunk.
   *
   * @defaultValue false
   */
  readonly resumable?: boolean | undefined;
  /**
   * Whether a later subscriber of a request that failed gets what had arrived and the error again, for ever; otherwise
   * it makes a new request, with `resumable` once `grace` has passed.
   *
   * @defaultValue false
   */
  readonly keepFailure?: boolean | undefined;
  /**
   * The policy for a reader whose `next` holds the thread for 10 ms or more. The source and the other readers continue;
   * the chunks for this reader wait for a task of their own. `coalesce`: merged into one chunk (not with `resumable`).
   * `buffer`: each chunk by itself, and if more than `maxBytes` wait, that reader fails. `error`: that reader fails as
   * soon as something has to wait.
   *
   * @defaultValue none: all are called as a chunk comes, and each waits for those before it
   */
  readonly whenSlow?: 'coalesce' | 'buffer' | 'error' | undefined;
  /**
   * The most that is kept, in bytes of memory, roughly: two for each UTF-16 unit of text, data and arguments. Counts
   * for the merged reply, and for what waits for one reader with `whenSlow: 'buffer'`; a chunk that is kept by itself takes
   * 512 more.
   *
   * @defaultValue 67_108_864: 64 MB
   */
  readonly maxBytes?: number | undefined;
}

/**
 * Makes one request for any number of subscribers, however late they come, and none of them misses anything.
 *
 * The first subscriber makes the request. A later one gets what it missed as one merged chunk, at once, and from then
 * on every chunk as it comes; one that comes while nothing has arrived gets no such chunk. All see the same chunks in
 * the same order, also where one of them subscribes, unsubscribes or brings the next chunk inside of another's `next`.
 *
 * - After completion: the merged chunk and the completion, for ever, without a request.
 * - A chunk that cannot be merged fails all of them, and unsubscribes the source.
 * - After a failure: the next subscriber makes a new request, unless `keepFailure` or `resumable` is set.
 * - When the last subscriber unsubscribes from an unfinished request, it is closed, `grace` ms later; one that comes in
 *   time finds it as it was, a later one makes a new request.
 *
 * With `resumable: true`, the chunks are kept one by one, so that a reader whose connection broke gets exactly the rest
 * from a sink with `resumable: true` and `lastEventId`. The request goes on for `grace` ms without a reader; a reply
 * that completes meanwhile is kept, and so is one that fails, for `grace` ms: a reader that comes back gets the chunks
 * that it lacks and then the error, and no second request is made. Operators that merge or add chunks as time passes
 * (`bufferChunks`, `smoothText`, `withProgress`) belong above, where they act once for all readers.
 *
 * The source that the operator is applied to is shared: keep the result in a variable and hand that out. Lossless;
 * keeps the merge of the reply, once for all subscribers: ten thousand that come late get one and the same chunk.
 * (rxjs's `shareReplay` keeps and replays each chunk.) Of a reply larger than `maxBytes` nothing is kept: present
 * subscribers continue, and later ones fail with a {@link GeminiError}, kind `overflow`.
 *
 * Subscribers are called one after the other on one thread, so one that takes long, to render Markdown for example,
 * holds up all; `whenSlow` says what to do with it. One that fails by it, kind `overflow`, may subscribe again and catches
 * up. A reader that hands chunks on to a slow consumer, such as a socket or a database, is not slow itself, and no
 * Observable can see the backlog there: put a `coalesceMap`, which holds one merged chunk, before each such reader.
 *
 * @param options - See {@link ShareReplyOptions}.
 * @returns An operator from chunks to the same chunks, the first of which may be merged.
 * @throws RangeError - At the call, if `grace` is not a non-negative number of ms or `maxBytes` is not positive.
 * @throws TypeError - At the call, if `keepFailure` or `resumable` is not a boolean, `whenSlow` is not one of these, or
 * `whenSlow: 'coalesce'` and `resumable: true` are combined.
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
  const { resumable = false, keepFailure = false, whenSlow, maxBytes = 64 * 1024 * 1024 } = options;
  const { grace = resumable ? 30_000 : 0 } = options;
  assertDelay('grace', grace);
  assertBoolean('keepFailure', keepFailure);
  assertBoolean('resumable', resumable);
  if (whenSlow !== undefined) assertOneOf('whenSlow', whenSlow, ['coalesce', 'buffer', 'error']);
  if (whenSlow === 'coalesce' && resumable) {
    throw new TypeError("Expected `whenSlow` not to be 'coalesce' with `resumable: true`: a merged chunk has no index");
  }
  assertPositive('maxBytes', maxBytes);
  const limit = { maxBytes, overflow: () => tooLarge(maxBytes) };
  const pace = whenSlow === undefined ? identity<Observable<T>> : keepPace(() => waitingFor<T>(whenSlow, maxBytes));

  return (source) => {
    let reply$: Observable<T> | undefined;
    const forget = () => {
      reply$ = undefined;
    };
    const forgetLater = () => {
      const failed$ = reply$;
      asyncScheduler.schedule(() => {
        if (reply$ === failed$) forget();
      }, grace);
    };
    const onFailure = keepFailure ? noop : resumable && grace > 0 ? forgetLater : forget;
    const request = () => {
      /** Fails the source from below, so that a chunk that cannot be shared is a failure like any other. */
      const failure$ = new Subject<never>();
      const failing$ = source.pipe(takeUntil(failure$));
      return failing$.pipe(
        tap({ error: onFailure }),
        share({
          connector: () =>
            new ChunkSubject<T>(limit, resumable ? new KeptPast<T>() : undefined, (failure) => failure$.error(failure)),
          resetOnComplete: false,
          // By `share` itself, a failure inside of a late subscriber's first chunk would request into the old subject.
          resetOnError: false,
          resetOnRefCountZero: grace === 0 ? true : () => timer(grace),
        }),
      );
    };
    return pace(defer(() => (reply$ ??= request())));
  };
}

function waitingFor<T extends GeminiChunk>(whenSlow: 'coalesce' | 'buffer' | 'error', maxBytes: number): Waiting<T> {
  if (whenSlow === 'coalesce') return new ChunkQueue<T>(false);
  if (whenSlow === 'buffer')
    return new BoundedChunks<T>(maxBytes, () => tooSlow(`more than ${String(maxBytes)} bytes wait`));
  return new BoundedChunks<T>(0, () => tooSlow('the reply goes on'));
}

function tooSlow(what: string): GeminiError {
  const message = `A reader of the shared reply is too slow: ${what} while its \`next\` holds the thread`;
  return new GeminiError(message, { kind: 'overflow', limit: 'memory' });
}

function tooLarge(maxBytes: number): GeminiError {
  const message = `The shared reply is larger than ${String(maxBytes)} bytes, its \`maxBytes\`, so later subscribers cannot have it`;
  return new GeminiError(message, { kind: 'overflow', limit: 'size' });
}
