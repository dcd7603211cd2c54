import { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { afterIn, assertOwner, notFoundError } from '../replies/replyAccess.js';
import { assertOptions, assertString } from '../rx/assertions.js';
import { assertRedis, type RedisClient } from './redisClient.js';
import { assertPrefix, defaultPrefix, replyKeys } from './replyKeys.js';
import { ReplyFollower } from './replyFollower.js';

/** Options of {@link followReply}. @public */
export interface FollowStoredReplyOptions {
  /**
   * The `position` of the last chunk that the reader has, or the value of the header `Last-Event-ID`.
   *
   * @defaultValue no position (also for `''` and `null`): the reader gets the whole reply
   */
  readonly after?: string | readonly string[] | null | undefined;
  /**
   * The user who asks, as 1 to 256 characters: a reply of another owner does not exist. @defaultValue not checked:
   * anybody who knows the id may follow
   */
  readonly owner?: string | undefined;
  /** The `prefix` of {@link publishReply}. @defaultValue 'rxjs-gemini' */
  readonly prefix?: string | undefined;
}

/**
 * Follows a reply that {@link publishReply} stores, from any process: emits the part that the reader missed as one merged
 * chunk, then each chunk as it arrives, and ends as the reply ends.
 *
 * Each chunk has its `position`, which the sinks send as the id of the event. So
 * `toSseResponse(followReply(redis, id, { after: request.headers.get('last-event-id') }))` lets `fromSse` and an
 * `EventSource` reconnect to any process, and continue with nothing lost or doubled. While the reply has no chunk, the
 * first value is a notice with the `position` before the first chunk. Unsubscribing stops nothing.
 *
 * All followers of a process share one connection for messages, which is opened beside that of `redis`. Followers that
 * miss the same chunks share the command that reads them. A follower reads again after a lost connection, and waits up to 15 s for Redis.
 *
 * Lossless. Holds no chunk; the missed part is read and merged at once.
 *
 * @param redis - A connected client of the package `redis`, 5 or 6.
 * @param id - The id of the reply.
 * @param options - See {@link FollowStoredReplyOptions}.
 * @returns A cold Observable. Fails as the reply fails, with the whole reply so far as the `partial` of the error; also with
 * kind `not_found` if there is no such reply; `truncated` if its publisher has ended without an end, Redis has lost a
 * part of it, or (not retryable) `after` does not belong to this run of the reply; `overflow` if it is larger than
 * `maxBytes`; `network` if Redis does not answer.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @example
 * ```ts
 * await lastValueFrom(reply$.pipe(publishReply(redis, 'reply 2')));
 * const { text } = await lastValueFrom(followReply(redis, 'reply 2').pipe(finalResponse()));
 * console.log(text);
 * ```
 * @public
 */
export function followReply(
  redis: RedisClient,
  id: string,
  options: FollowStoredReplyOptions = {},
): Observable<GeminiChunk> {
  assertRedis(redis);
  assertString('id', id);
  assertOptions(options);
  const { owner, prefix = defaultPrefix } = options;
  const after = afterIn(options.after);
  assertOwner(owner);
  assertPrefix(prefix);
  return storedReply(redis, id, { after, owner, prefix, isOwned: owner !== undefined });
}

/** Whose reply is followed or stopped, checked. */
export interface StoredReplyAccess {
  readonly prefix: string;
  readonly owner: string | undefined;
  /** Whether the owner is checked, also when the access names no owner. */
  readonly isOwned: boolean;
}

/** The chunks of a stored reply, after a position. */
export function storedReply(
  redis: RedisClient,
  id: string,
  access: StoredReplyAccess & { readonly after: string | undefined },
): Observable<GeminiChunk> {
  const { prefix, owner, isOwned, after } = access;
  return new Observable((destination) => {
    const keys = replyKeys(prefix, id);
    if (!keys) {
      destination.error(notFoundError());
      return;
    }
    new ReplyFollower({ redis, keys, isOwned, owner }, destination).start(after);
  });
}
