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

/** Follows a reply that {@link publishReply} stores. */
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
  /** Whether the owner counts, also if there is none. */
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
