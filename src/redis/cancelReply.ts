import { concatMap, map, throwError, timeout, type Observable } from 'rxjs';
import { assertOwner } from '../replies/replyAccess.js';
import { assertOptions, assertString } from '../rx/assertions.js';
import { cancelReasonOf } from '../rx/cancelReasonOf.js';
import { longestOutage } from './bridgeOutages.js';
import type { StoredReplyAccess } from './followReply.js';
import { assertRedis, type RedisClient } from './redisClient.js';
import { isSharded } from './redisServer.js';
import { noAnswerError, redisFailure } from './replyFailures.js';
import { assertPrefix, defaultPrefix, ownerText, replyKeys } from './replyKeys.js';
import { stopReply } from './replyScripts.js';
import { keysOf, publishCommand } from './storedRun.js';

/** Options of {@link cancelReply}. @public */
export interface CancelReplyOptions {
  /**
   * The user who asks, as 1 to 256 characters: a reply of another owner does not exist. @defaultValue not checked:
   * anybody who knows the id may stop the reply
   */
  readonly owner?: string | undefined;
  /** The `prefix` of {@link publishReply}. @defaultValue 'rxjs-gemini' */
  readonly prefix?: string | undefined;
}

/**
 * Stops a running reply of any process: its {@link publishReply} closes the request, and its followers get a chunk that is
 * marked `cancelled`, and complete.
 *
 * A message tells the publisher. If the message is lost, the publisher learns of the stop when it stores its next chunk or
 * renews its lease.
 *
 * @param redis - A connected client of the package `redis`, 5 or 6.
 * @param id - The id of the reply.
 * @param reason - The `reason` in the mark `cancelled`; `'cancelled'` by default.
 * @param options - See {@link CancelReplyOptions}.
 * @returns A promise of whether the reply was running; it does not wait for the end of the reply. Rejects with a
 * `GeminiError` of kind `network` if Redis fails, or does not answer for 15 s; the reply may be stopped then all the same.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @example
 * ```ts
 * console.log(await cancelReply(redis, 'reply 3', 'the user pressed Stop')); // false: it does not run
 * ```
 * @public
 */
export function cancelReply(
  redis: RedisClient,
  id: string,
  reason = '',
  options: CancelReplyOptions = {},
): Promise<boolean> {
  assertRedis(redis);
  assertString('id', id);
  assertString('reason', reason);
  assertOptions(options);
  const { owner, prefix = defaultPrefix } = options;
  assertOwner(owner);
  assertPrefix(prefix);
  return stopStoredReply(redis, id, cancelReasonOf(reason), { owner, prefix, isOwned: owner !== undefined });
}

/** Stops a reply; resolves to whether it was running. */
export function stopStoredReply(
  redis: RedisClient,
  id: string,
  reason: string,
  access: StoredReplyAccess,
): Promise<boolean> {
  const { prefix, owner, isOwned } = access;
  const keys = replyKeys(prefix, id);
  if (!keys) return Promise.resolve(false);
  return answerOf(
    isSharded(redis, keys.state).pipe(
      concatMap((sharded) =>
        stopReply.run(redis, keysOf(keys), [
          reason,
          isOwned ? '1' : '',
          ownerText(owner),
          keys.stop,
          publishCommand(sharded),
        ]),
      ),
      map((answer) => Number(answer) === 1),
    ),
  );
}

/** The answer of a command; a failure of Redis is a `GeminiError`. A client that connects again queues its commands. */
export function answerOf<T>(command: Observable<T>): Promise<T> {
  const answer$ = command.pipe(timeout({ first: longestOutage, with: () => throwError(() => noAnswerError()) }));
  return new Promise((resolve, reject) => {
    answer$.subscribe({
      next: resolve,
      error: (cause: unknown) => {
        reject(redisFailure(cause));
      },
    });
  });
}
