import { concatMap, forkJoin, map, of, type Observable } from 'rxjs';
import { formatPosition } from '../chunk/replyPosition.js';
import type { RunningReply } from '../replies/createReplies.js';
import { assertOwner } from '../replies/replyAccess.js';
import { assertOptions } from '../rx/assertions.js';
import { answerOf } from './cancelReply.js';
import { assertRedis, type RedisClient } from './redisClient.js';
import { assertPrefix, defaultPrefix, ownerKey, ownerText, replyKeys } from './replyKeys.js';
import { listRunning, readRunning } from './replyScripts.js';
import { keysOf } from './storedRun.js';

/** Options of {@link replies}. @public */
export interface RepliesOptions {
  /** The `prefix` of {@link publishReply}. @defaultValue 'rxjs-gemini' */
  readonly prefix?: string | undefined;
}

/**
 * Lists the running replies of an owner, in all processes.
 *
 * @param redis - A connected client of the package `redis`, 5 or 6.
 * @param owner - The `owner` of {@link publishReply}; without one, the replies that have none.
 * @param options - See {@link RepliesOptions}.
 * @returns A promise of the list, in the order of their starts; `since` is a time of the server's clock. Rejects with a
 * `GeminiError` of kind `network` if Redis fails, or does not answer for 15 s.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @example
 * ```ts
 * for (const { id, since, chars } of await replies(redis, 'user 1')) console.log(id, new Date(since), chars);
 * ```
 * @public
 */
export function replies(
  redis: RedisClient,
  owner?: string,
  options: RepliesOptions = {},
): Promise<readonly RunningReply[]> {
  assertRedis(redis);
  assertOwner(owner);
  assertOptions(options);
  const { prefix = defaultPrefix } = options;
  assertPrefix(prefix);
  const key = ownerKey(prefix, owner);
  const replies$ = listRunning.run(redis, [key], []).pipe(
    concatMap((answer) => {
      const entries = (Array.isArray(answer) ? answer : []).map(String);
      return entries.length === 0
        ? of([])
        : forkJoin(entries.map((entry) => runningReply(redis, prefix, entry, owner)));
    }),
    map((found) => found.filter((reply) => reply !== undefined).sort((one, other) => one.since - other.since)),
  );
  return answerOf(replies$);
}

/** A reply of the list; undefined if it has ended without leaving the list, or its id belongs to another run now. */
function runningReply(
  redis: RedisClient,
  prefix: string,
  entry: string,
  owner: string | undefined,
): Observable<RunningReply | undefined> {
  const [runListed] = entry.split(' ', 1);
  const id = entry.slice((runListed?.length ?? 0) + 1);
  const keys = replyKeys(prefix, id);
  if (!keys) return of(undefined);
  return readRunning.run(redis, keysOf(keys), []).pipe(
    map((answer) => {
      if (!Array.isArray(answer)) return undefined;
      const [run, ownerNow, since, chars, count] = answer.map(String);
      if (run === undefined || run !== runListed || ownerNow !== ownerText(owner)) return undefined;
      const position = Number(count) > 0 ? formatPosition({ run, start: 0, index: Number(count) - 1 }) : undefined;
      return { id, since: Number(since), chars: Number(chars), position };
    }),
  );
}
