import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import {
  assertDelay,
  assertInteger,
  assertObservable,
  assertOptions,
  assertPositive,
  assertString,
} from '../rx/assertions.js';
import { cancelReasonOf } from '../rx/cancelReasonOf.js';
import { afterIn, hasIdLength, ownerIn, wrongIdError } from './replyAccess.js';
import { ReplyRegistry } from './replyRegistry.js';

/** Options of {@link createReplies}. @public */
export interface CreateRepliesOptions {
  /**
   * The time for which a reply that has ended is kept for late followers, in ms; 0 forgets it at once. A reply that
   * failed before its first content, such as one that a limiter has refused, is kept for 10 s at most, and forgotten
   * before all others.
   *
   * @defaultValue 300_000: 5 minutes
   */
  readonly ttl?: number | undefined;
  /**
   * The maximum memory of one stored reply, in bytes, estimated: two bytes for each UTF-16 unit of text, data and
   * arguments, and 512 bytes for each chunk. A larger reply runs on, and its present followers get all of it; later ones
   * fail with kind `overflow`.
   *
   * @defaultValue 67_108_864: 64 MB
   */
  readonly maxBytes?: number | undefined;
  /**
   * The maximum memory of all stored replies, in bytes, estimated in the same way. Above it, the replies that ended first
   * are forgotten; if only running replies are left, the one that grows counts as larger than `maxBytes`.
   *
   * @defaultValue 536_870_912: 512 MB
   */
  readonly maxTotalBytes?: number | undefined;
  /**
   * The maximum number of replies, running and kept. Above it, the replies that ended first are forgotten; if all are
   * running, `start` fails with kind `rate_limit`.
   *
   * @defaultValue 10_000
   */
  readonly maxReplies?: number | undefined;
}

/** The owner of a reply, for the methods of {@link Replies}. @public */
export interface ReplyOwner {
  /**
   * The user to whom the reply belongs, as 1 to 256 characters. For another owner, or without one, the reply does not
   * exist.
   *
   * @defaultValue no owner: anybody who knows the id may follow and stop the reply
   */
  readonly owner?: string | undefined;
}

/** Options of `follow` of {@link Replies}. @public */
export interface FollowReplyOptions extends ReplyOwner {
  /**
   * The `position` of the last chunk that the reader has, or the value of the header `Last-Event-ID`.
   *
   * @defaultValue no position (also for `''` and `null`): the reader gets the whole reply
   */
  readonly after?: string | readonly string[] | null | undefined;
}

/** Options of `stop` of {@link Replies}. @public */
export interface StopReplyOptions extends ReplyOwner {
  /** The `reason` in the mark `cancelled`. @defaultValue 'cancelled' */
  readonly reason?: string | undefined;
}

/** A running reply, in the list of {@link Replies}. @public */
export interface RunningReply {
  /** The id with which the reply was started. */
  readonly id: string;
  /** The time of the start, in ms since 1970. */
  readonly since: number;
  /** The length of the answer text so far, in UTF-16 units. */
  readonly chars: number;
  /** The position of the last chunk, for `after`; absent before the first chunk. */
  readonly position?: string | undefined;
}

/** Running replies by id, from {@link createReplies}. @public */
export interface Replies {
  /**
   * Starts a reply: subscribes to `source` at the call, apart from any reader, so that a reader that disconnects stops
   * nothing.
   *
   * A route that starts a reply and follows it in one request must not start it when the request has a `Last-Event-ID`:
   * the client then asks for the rest of a reply that runs already.
   *
   * @param id - The id of the reply, as 1 to 256 characters: a random one, such as a UUID, also if it comes from the
   * client. An id can be used again once its reply has ended, which replaces the kept reply.
   * @param source - The reply.
   * @param options - See {@link ReplyOwner}.
   * @returns A promise that resolves when the reply is started. Rejects with a `GeminiError`, and `source` is not
   * subscribed: kind `invalid_request` if the id is that of a running reply, whoever owns it, or has a wrong length;
   * `rate_limit` if `maxReplies` replies are running; `server` after `close`.
   * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
   */
  start(id: string, source: Observable<GeminiChunk>, options?: ReplyOwner): Promise<void>;
  /**
   * Follows a reply, for any number of readers: emits the part that the reader missed as one merged chunk, then each
   * chunk as it arrives, and ends as the reply ends. Each chunk has its `position`. While the
   * reply has no chunk, the first value is a notice with the `position` before the first chunk: `after` that position
   * comes the whole reply.
   *
   * The part that was missed is the whole reply so far, or with `after` exactly the rest after that position.
   * Unsubscribing stops nothing.
   *
   * @param id - The id of the reply.
   * @param options - See {@link FollowReplyOptions}.
   * @returns A cold Observable; each subscription looks the reply up. Fails with kind `not_found` if there is no such
   * reply, or it has another owner; `truncated`, not retryable, if `after` does not belong to this run of the reply;
   * `overflow` if the reply is larger than `maxBytes`.
   * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
   */
  follow(id: string, options?: FollowReplyOptions): Observable<GeminiChunk>;
  /**
   * Stops a running reply: closes its request. Its followers get a chunk that is marked `cancelled`, and complete.
   *
   * @param id - The id of the reply.
   * @param options - See {@link StopReplyOptions}.
   * @returns A promise of whether the reply was running: `false` also if it has another owner.
   * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
   */
  stop(id: string, options?: StopReplyOptions): Promise<boolean>;
  /**
   * Lists the running replies of an owner, in the order of their starts; without an owner, those that have none.
   *
   * @param options - See {@link ReplyOwner}.
   * @returns A promise of the list.
   * @throws TypeError, RangeError - At the call, if an option is wrong.
   */
  list(options?: ReplyOwner): Promise<readonly RunningReply[]>;
  /**
   * Closes the registry when its server shuts down: closes all requests, fails their followers with kind `server`,
   * retryable, and forgets all replies. A later `start` fails in the same way.
   *
   * @returns A promise that resolves when all is closed.
   */
  close(): Promise<void>;
}

/**
 * Keeps the running replies of a process by their ids, so that others can watch a reply, a reader can resume it after a
 * reload or a broken connection, and a button can stop it.
 *
 * `start` subscribes to a reply apart from its readers, `follow` reads it any number of times, `stop` ends it: see
 * {@link Replies}. A reply that has ended is kept for `ttl`. Timers do not keep a Node process alive.
 *
 * Each chunk of `follow` has a `position`, an opaque text that the sinks send as the id of the event. So
 * `toSseResponse(replies.follow(id, { after: request.headers.get('last-event-id') }))` lets {@link fromSse} and an
 * `EventSource` reconnect, and continue with nothing lost or doubled; a position of an earlier run of the id fails. An
 * id is sent at once, also while the model thinks. Only with `waitForFirst`, which sends nothing before the first
 * content, or with a function as the `format` that returns `undefined`, may a connection break before there is an id.
 * Put operators that cut chunks (`smoothText`, `bufferChunks` with `until`) above `start`: only the last piece of a cut has
 * the position, and {@link fromSse} does not resume within a chunk. A {@link ReplyFormat} has no ids: its readers follow
 * from the start.
 *
 * A source without an end holds its place: put `timeoutReply` on it. Lossless; holds each chunk of a reply until it is
 * forgotten, at most `maxBytes` of one and `maxTotalBytes` of all.
 *
 * @param options - See {@link CreateRepliesOptions}.
 * @returns The registry, see {@link Replies}: one for the whole application.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @see {@link shareReply} to share one reply among subscribers that have its Observable.
 * @example
 * ```ts
 * const replies = createReplies();
 * await replies.start('reply 1', fromGemini(ai, { model, contents: 'Hello' }), { owner: 'user 1' });
 * const { text } = await lastValueFrom(replies.follow('reply 1', { owner: 'user 1' }).pipe(finalResponse()));
 * console.log(text);
 * ```
 * @public
 */
export function createReplies(options: CreateRepliesOptions = {}): Replies {
  assertOptions(options);
  const { ttl = 300_000, maxBytes = 64 * 1024 * 1024, maxTotalBytes = 512 * 1024 * 1024 } = options;
  const { maxReplies = 10_000 } = options;
  assertDelay('ttl', ttl);
  assertPositive('maxBytes', maxBytes);
  assertPositive('maxTotalBytes', maxTotalBytes);
  assertInteger('maxReplies', maxReplies, 1);
  const registry = new ReplyRegistry({ ttl, maxBytes, maxTotalBytes, maxReplies });

  return {
    start(id, source, access = {}) {
      assertString('id', id);
      assertObservable('source', source);
      const owner = ownerIn(access);
      return settle(() => {
        if (!hasIdLength(id)) throw wrongIdError();
        registry.start(id, source, owner);
      });
    },
    follow(id, access = {}) {
      assertString('id', id);
      const owner = ownerIn(access);
      return registry.follow(id, owner, afterIn(access.after));
    },
    stop(id, access = {}) {
      assertString('id', id);
      const owner = ownerIn(access);
      const { reason = '' } = access;
      assertString('reason', reason);
      return settle(() => registry.stop(id, owner, cancelReasonOf(reason)));
    },
    list(access = {}) {
      const owner = ownerIn(access);
      return settle(() =>
        registry.liveOf(owner).map(([id, { since, chars, position }]) => ({ id, since, chars, position })),
      );
    },
    close: () =>
      settle(() => {
        registry.close();
      }),
  };
}

/** Runs a step now, and returns its result or its error as a promise: other registries need the time. */
function settle<V>(step: () => V): Promise<V> {
  return new Promise((resolve) => {
    resolve(step());
  });
}
