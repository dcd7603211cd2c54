import type { RedisClient, RedisScriptOptions, RedisSubscriber } from '../../src/redis/redisClient.js';

/**
 * Makes a client whose commands succeed within their call, so that a test in virtual time can publish a reply. It stores
 * nothing, knows the scripts of `publishReply` by the number of their arguments only, and sends no message.
 *
 * @param onAppend - Called with the arguments of each append.
 */
export function synchronousRedis(onAppend: (values: readonly string[]) => void = () => undefined): RedisClient {
  const subscriber: RedisSubscriber = {
    isOpen: true,
    connect: () => Promise.resolve(),
    on: () => undefined,
    subscribe: () => Promise.resolve(),
    unsubscribe: () => Promise.resolve(),
    sSubscribe: () => Promise.resolve(),
    sUnsubscribe: () => Promise.resolve(),
    destroy: () => undefined,
  };
  return {
    isOpen: true,
    evalSha: (_digest, options) => {
      if (options.keys.length === 3 && options.arguments.length === 10) onAppend(options.arguments);
      return thenable(answerTo(options));
    },
    eval: (_text, options) => thenable(answerTo(options)),
    duplicate: () => subscriber,
  };
}

function answerTo({ keys, arguments: values }: RedisScriptOptions): unknown {
  if (values.length === 0) return 0;
  // Of a reply there are three keys; four arguments take its id, and ten append to it.
  if (keys.length === 3) return values.length === 4 ? '1' : ['stored', null];
  return null;
}

/** A promise that calls back at once. */
function thenable(value: unknown): Promise<unknown> {
  const promise = {
    then(onValue?: (value: unknown) => unknown) {
      onValue?.(value);
      return promise;
    },
  };
  return promise as Promise<unknown>;
}
