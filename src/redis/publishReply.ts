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
   * Called when the store fails, which does not disturb the reply's own subscriber: with kind `network`, once for each
   * outage, after which what waits is stored; or with the reason for which no more is stored: `overflow`, `truncated`
   * (Redis has lost the reply, or it was taken for abandoned), `invalid_request` (the id was in use when Redis came back).
   * @defaultValue no callback
   */
  readonly onStoreError?: ((error: GeminiError) => void) | undefined;
}

/**
 * Stores a reply in Redis while it passes, so that any process can follow it with {@link followReply}, and stop it with
 * {@link cancelReply}.
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
