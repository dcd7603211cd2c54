import { defer, retry, tap, throwError, timeout, timer, type MonoTypeOperatorFunction } from 'rxjs';
import { isGeminiError } from '../errors/geminiError.js';
import { backoffDelay } from '../rx/backoff.js';
import { steadyNow } from '../rx/clock.js';
import type { RedisClient } from './redisClient.js';
import { redisFailure } from './replyFailures.js';

/** The longest time for which a follower, or a reply that cannot begin without its id, waits for Redis, in ms. */
export const longestOutage = 15_000;

/** The first and the longest delay before a failed command is repeated, in ms. */
const [firstDelay, longestDelay] = [50, 1_000];

/**
 * Repeats a command, or subscribes again, while Redis fails: at most 15 s, and not if the client is closed. Then fails with
 * kind `network`. An error of ours is an answer, and passes.
 */
export function bridgeOutages<T>(redis: RedisClient): MonoTypeOperatorFunction<T> {
  return (source) =>
    defer(() => {
      let failingSince: number | undefined;
      const attempt$ = defer(() => {
        failingSince ??= steadyNow();
        const rest = Math.max(0, failingSince + longestOutage - steadyNow());
        return source.pipe(timeout({ first: rest }));
      });
      return attempt$.pipe(
        tap(() => {
          failingSince = undefined;
        }),
        retry({
          resetOnSuccess: true,
          delay: (cause: unknown, count) => {
            if (isGeminiError(cause)) return throwError(() => cause);
            failingSince ??= steadyNow();
            const isOver = redis.isOpen === false || steadyNow() - failingSince >= longestOutage;
            return isOver
              ? throwError(() => redisFailure(cause))
              : timer(backoffDelay(count, firstDelay, longestDelay));
          },
        }),
      );
    });
}
