import { catchError, EMPTY, firstValueFrom, merge } from 'rxjs';
import type { Replies } from '../replies/createReplies.js';
import { afterIn, ownerIn, shutdownError } from '../replies/replyAccess.js';
import { assertObservable, assertOptions, assertString } from '../rx/assertions.js';
import { cancelReasonOf } from '../rx/cancelReasonOf.js';
import { stopStoredReply } from './cancelReply.js';
import { storedReply } from './followReply.js';
import { published, replyPublisher, type PublishReplyOptions } from './publishReply.js';
import type { RedisClient } from './redisClient.js';
import { replies } from './replies.js';
import { defaultPrefix } from './replyKeys.js';
import type { ReplyWriter } from './replyWriter.js';

/** Options of {@link createRedisReplies}: those of {@link publishReply}, for all replies. @public */
export type CreateRedisRepliesOptions = Omit<PublishReplyOptions, 'owner'>;

/**
 * Keeps the running replies of all processes by their ids, in Redis: the same interface as `createReplies`, so that a
 * backend of one process becomes one of several by this line.
 *
 * `start` subscribes to a reply in this process, apart from any reader, and publishes it as {@link publishReply} does;
 * `follow`, `stop` and `list` reach the replies of all processes. `close` ends the replies of this process with kind
 * `server`, and waits at most 1 s until their ends are stored. `redis` stays open: close it afterwards.
 *
 * `start`, `stop` and `list` reject with kind `network` if Redis fails, or does not answer for 15 s; `start` has not
 * subscribed to the source then. A reply whose process ends without `close` fails for its followers with kind
 * `truncated`.
 *
 * @param redis - A connected client of the package `redis`, 5 or 6.
 * @param options - See {@link CreateRedisRepliesOptions}.
 * @returns The registry: one for each process.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const registry = createRedisReplies(redis);
 * await registry.start('reply 4', fromGemini(ai, { model, contents: 'Hello' }), { owner: 'user 1' });
 * const { text } = await lastValueFrom(registry.follow('reply 4', { owner: 'user 1' }).pipe(finalResponse()));
 * console.log(text);
 * ```
 * @public
 */
export function createRedisReplies(redis: RedisClient, options: CreateRedisRepliesOptions = {}): Replies {
  assertOptions(options);
  const publisherOf = (id: string, owner?: string) => replyPublisher(redis, id, { ...options, owner }, true);
  // Checks the options.
  publisherOf('');
  const { prefix = defaultPrefix } = options;
  /** The replies of this process. */
  const running = new Set<ReplyWriter>();
  let isClosed = false;

  return {
    start(id, source, access = {}) {
      assertString('id', id);
      assertObservable('source', source);
      const makeWriter = publisherOf(id, ownerIn(access));
      const begin = async () => {
        if (isClosed) throw shutdownError();
        const writer = makeWriter();
        running.add(writer);
        // The failure of the reply is stored for its followers.
        const reply$ = published(source, writer).pipe(catchError(() => EMPTY));
        // Both: a reply that Redis has lost runs on, and one that has ended may wait for Redis.
        merge(reply$, writer.done$).subscribe({ error: () => undefined, complete: () => running.delete(writer) });
        await firstValueFrom(writer.opened$, { defaultValue: undefined });
      };
      return begin();
    },
    follow(id, access = {}) {
      assertString('id', id);
      const owner = ownerIn(access);
      return storedReply(redis, id, { after: afterIn(access.after), owner, prefix, isOwned: true });
    },
    stop(id, access = {}) {
      assertString('id', id);
      const owner = ownerIn(access);
      const { reason = '' } = access;
      assertString('reason', reason);
      return stopStoredReply(redis, id, cancelReasonOf(reason), { owner, prefix, isOwned: true });
    },
    list: (access = {}) => replies(redis, ownerIn(access), { prefix }),
    async close() {
      isClosed = true;
      const writers = [...running];
      for (const writer of writers) writer.fail(shutdownError());
      // A writer whose id is not taken yet has not seen the failure.
      const ends = writers.map((writer) => writer.end(shutdownError()));
      await firstValueFrom(merge(...ends), { defaultValue: undefined });
    },
  };
}
