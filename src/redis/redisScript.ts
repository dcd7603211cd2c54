import { createHash } from 'node:crypto';
import { catchError, defer, from, type Observable } from 'rxjs';
import type { RedisClient } from './redisClient.js';

/** A script of the server: it runs as one step, with no other command between its own. */
export class RedisScript {
  readonly #text: () => string;
  #digest: string | undefined;

  /**
   * @param text - Returns the Lua code, which gets values as keys and arguments only. A function, because a bundler keeps
   * a template with pieces, used or not.
   */
  constructor(text: () => string) {
    this.#text = text;
  }

  /**
   * Runs the script at each subscription, by its digest, or by its text on a server that has not seen it. Emits the
   * answer. A command that has been sent is not taken back by an unsubscription.
   */
  run(redis: RedisClient, keys: string[], args: readonly (string | number)[]): Observable<unknown> {
    return defer(() => {
      const options = { keys, arguments: args.map(String) };
      this.#digest ??= createHash('sha1').update(this.#text()).digest('hex');
      return from(redis.evalSha(this.#digest, options)).pipe(
        catchError((cause: unknown) => {
          if (isUnknownScript(cause)) return redis.eval(this.#text(), options);
          throw cause;
        }),
      );
    });
  }
}

function isUnknownScript(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('NOSCRIPT');
}

/** The text of a value in an answer: a string, a number, or the bytes of a text as a `Buffer`. */
export function textOfAnswer(value: unknown): string {
  return (value as { toString: () => string }).toString();
}
