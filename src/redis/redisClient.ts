import { typeError } from '../rx/assertions.js';
import type { Fields } from '../rx/isObject.js';

/**
 * A connected client of the package `redis`, 5 or 6: of `createClient`, `createCluster` or `createSentinel`. The
 * structural type of the members that are used, so that no type of that package is imported.
 *
 * @public
 */
export interface RedisClient {
  /** Whether the client is connected, or will connect again. */
  readonly isOpen?: boolean;
  /** Runs a script by its SHA-1 digest. */
  evalSha(digest: string, options: RedisScriptOptions): Promise<unknown>;
  /** Runs a script by its text. */
  eval(script: string, options: RedisScriptOptions): Promise<unknown>;
  /**
   * Makes another client with the same options, for the one connection of a process that receives messages. Absent in
   * `createSentinel` of version 5, whose client has such a connection itself.
   */
  duplicate?(): RedisSubscriber;
}

/** The keys and the arguments of a script, of {@link RedisClient}. @public */
export interface RedisScriptOptions {
  /** The keys: all of one slot in a cluster. */
  keys: string[];
  /** The arguments. */
  arguments: string[];
}

/** The client that receives messages, of {@link RedisClient}. @public */
export interface RedisSubscriber {
  /** Whether the client is connected, or will connect again. */
  readonly isOpen?: boolean;
  /** Connects to the server. */
  connect(): Promise<unknown>;
  /** Adds a listener of an event, such as `error` and `ready`. */
  on(event: string, listener: (cause: unknown) => void): unknown;
  /** Subscribes to a channel. */
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Unsubscribes from a channel. */
  unsubscribe(channel: string, listener: unknown): Promise<unknown>;
  /** Subscribes to a channel of a shard. */
  sSubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Unsubscribes from a channel of a shard. */
  sUnsubscribe(channel: string, listener: unknown): Promise<unknown>;
  /** Closes the connection at once. */
  destroy(): unknown;
}

/** Throws unless `redis` is a client of the package `redis`. */
export function assertRedis(redis: unknown): asserts redis is RedisClient {
  const hasMethod = (method: string) =>
    typeof redis === 'object' && redis !== null && typeof (redis as Fields)[method] === 'function';
  if (hasMethod('eval') && hasMethod('evalSha') && (hasMethod('duplicate') || hasMethod('subscribe'))) return;
  throw typeError('redis', 'a client of the package `redis`, such as `await createClient().connect()`', redis);
}
