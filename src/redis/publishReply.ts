import { concat, defer, finalize, tap, catchError, type Observable, type OperatorFunction } from 'rxjs';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { assertResponse } from '../chunk/assertResponse.js';
import { withField } from '../chunk/copyFields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { noticeAfter } from '../chunk/noticeAfter.js';
import type { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertOwner, wrongIdError } from '../replies/replyAccess.js';
import {
  assertDelay,
  assertFunction,
  assertOptions,
  assertPositive,
  assertPositiveDelay,
  assertString,
} from '../rx/assertions.js';
import { assertRedis, type RedisClient } from './redisClient.js';
import { assertPrefix, defaultPrefix, ownerKey, replyKeys } from './replyKeys.js';
import { ReplyWriter } from './replyWriter.js';

/** Options of {@link publishReply}. @public */
export interface PublishReplyOptions {
  /**
   * The user to whom the reply belongs, as 1 to 256 characters, for `replies` and for the `owner` of the other functions.
   * @defaultValue no owner
   */
  readonly owner?: string | undefined;
  /**
   * The time for which Redis keeps the reply after its end, in ms; 0 forgets it at once. @defaultValue 300_000: 5 minutes
   */
  readonly ttl?: number | undefined;
  /**
   * The maximum size of the stored reply, as bytes of JSON. Beyond it, the followers fail with kind `overflow`, and the
   * reply itself continues. @defaultValue 16_777_216: 16 MB
   */
  readonly maxBytes?: number | undefined;
  /**
   * The time after which a publisher that has not renewed its claim on the id counts as ended, in ms. It renews the claim
   * three times as often. @defaultValue 10_000
   */
  readonly lease?: number | undefined;
  /** The beginning of all keys in Redis, as 1 to 128 characters without braces. @defaultValue 'rxjs-gemini' */
  readonly prefix?: string | undefined;
  /**
   * Called with a failure of the store, which does not disturb the reply's own subscriber. Kind `network`: once for each
   * outage; the waiting chunks are stored when Redis answers again. With any other kind, no more chunks are stored:
   * `overflow` (the reply is larger than `maxBytes`), `truncated` (Redis has lost the reply, or the lease had ended),
   * `invalid_request` (the id was in use when Redis answered again). @defaultValue no callback
   */
  readonly onStoreError?: ((error: GeminiError) => void) | undefined;
}

/**
 * Stores a reply in Redis while it passes, so that any process can follow it with {@link followReply}, and stop it with
 * {@link cancelReply}.
 *
 * At the subscription it takes the id, then subscribes to the source. Each chunk is emitted at once and appended to a
 * stream; while Redis is slow, chunks are appended together, but never merged, so that a reader can continue after any of
 * them. The end is stored as well: completion, an error, and the mark `cancelled`. An unsubscription closes the request
 * and stores `cancelled`. After a call of `cancelReply` in any process, the result emits a chunk that is marked
 * `cancelled`, and completes.
 *
 * One publisher has the id at a time, by a lease. A process that ends without storing an end loses the lease: the
 * followers of its reply fail with kind `truncated`, at most two leases later. A process that was paused for longer than
 * its lease stores nothing more if its followers have failed already, or another publisher has taken the id.
 *
 * Redis does not disturb the subscriber: no chunk waits for it, and the start and the end wait at most 1 s each. Commands
 * that failed are repeated until 10 s (or one `lease`, if longer) after the end.
 *
 * Let readers use {@link followReply}, also the first, so that a reader that disconnects stops nothing:
 * {@link createRedisReplies} does that. Lossless; holds the chunks that Redis has not confirmed, at most `maxBytes`.
 *
 * @param redis - A connected client of the package `redis`, 5 or 6. The server is Redis 6.2 or newer; in a cluster, 7 or newer.
 * @param id - The id of the reply, as 1 to 256 characters: a random one, such as a UUID. An id can be used again once its
 * reply has ended, which replaces the stored reply.
 * @param options - See {@link PublishReplyOptions}.
 * @returns An operator from chunks to the same chunks and the notice `cancelled`, which are plain `GeminiChunk`s. Fails
 * with kind `invalid_request`, and the source is not subscribed, if the id is that of a running reply or has a wrong length.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @example
 * ```ts
 * const reply$ = fromGemini(ai, { model, contents: 'Hello' });
 * await lastValueFrom(reply$.pipe(publishReply(redis, 'reply 1', { owner: 'user 1' })));
 * // In this or in any other process, at any time:
 * followReply(redis, 'reply 1').subscribe(({ text }) => console.log(text));
 * ```
 * @public
 */
export function publishReply<T extends GeminiChunk>(
  redis: RedisClient,
  id: string,
  options: PublishReplyOptions = {},
): OperatorFunction<T, T | GeminiChunk> {
  const makeWriter = replyPublisher(redis, id, options, false);
  return (source) => defer(() => published(source, makeWriter()));
}

/** Checks the options, and returns a function that makes the writer of a run. */
export function replyPublisher(
  redis: RedisClient,
  id: string,
  options: PublishReplyOptions,
  isStrict: boolean,
): () => ReplyWriter {
  assertRedis(redis);
  assertString('id', id);
  assertOptions(options);
  const { owner, ttl = 300_000, maxBytes = 16 * 1024 * 1024, lease = 10_000, prefix = defaultPrefix } = options;
  const { onStoreError = () => undefined } = options;
  assertOwner(owner);
  assertDelay('ttl', ttl);
  assertPositive('maxBytes', maxBytes);
  assertPositiveDelay('lease', lease);
  assertPrefix(prefix);
  assertFunction('onStoreError', onStoreError);
  return () => {
    const keys = replyKeys(prefix, id);
    if (!keys) throw wrongIdError();
    const place = { redis, id, keys, owner, runningKey: ownerKey(prefix, owner) };
    const limits = { ttl: Math.ceil(ttl), lease: Math.ceil(lease), maxBytes };
    return new ReplyWriter(place, { ...limits, onStoreError, isStrict });
  };
}

/** Takes the id, then subscribes to the source, and stores it. */
export function published<T extends GeminiChunk>(
  source: Observable<T>,
  writer: ReplyWriter,
): Observable<T | GeminiChunk> {
  let latest: GeminiChunk | undefined;
  const chunks$ = source.pipe(
    takeUntilCancel(writer.stop$),
    tap((chunk) => {
      assertResponse(chunk, 'chunk');
      latest = chunk;
      writer.push(chunk);
    }),
  );
  return concat(
    writer.open(),
    chunks$,
    defer(() => writer.end()),
  ).pipe(
    catchError((cause: unknown) =>
      concat(
        writer.end(toGeminiError(cause)),
        defer((): never => {
          throw cause;
        }),
      ),
    ),
    finalize(() => {
      if (writer.hasEnded) return;
      writer.push(withField(noticeAfter(latest), 'cancelled', { reason: 'cancelled' }));
      void writer.end();
    }),
  );
}
