import { defer, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { backgroundTimer } from '../rx/backgroundTimer.js';
import { lastingClock } from '../rx/clock.js';
import { inUseError, notFoundError, shutdownError } from './replyAccess.js';
import { StoredReply } from './storedReply.js';

/** The limits of a registry, checked. */
export interface RegistryLimits {
  readonly ttl: number;
  readonly maxBytes: number;
  readonly maxTotalBytes: number;
  readonly maxReplies: number;
}

/** The time for which a reply is kept that failed without content, in ms: the reader that started it gets the failure. */
const refusedTtl = 10_000;

/** A reply that has ended, until it is forgotten. */
interface EndedReply {
  readonly id: string;
  readonly endedAt: number;
  readonly ttl: number;
  readonly stopTimer: () => void;
}

/** The replies of one process by their ids: those that run, and those that have ended and are kept for a while. */
export class ReplyRegistry {
  readonly #limits: RegistryLimits;
  readonly #replies = new Map<string, StoredReply>();
  /** The replies that have ended, the oldest first. */
  readonly #ended = new Map<StoredReply, EndedReply>();
  /** Those of them that failed without content: a flood of refused requests displaces no reply that was paid. */
  readonly #refused = new Set<StoredReply>();
  /** The memory of all stored chunks, in bytes. */
  #bytes = 0;
  #isClosed = false;
  readonly #now = lastingClock();

  constructor(limits: RegistryLimits) {
    this.#limits = limits;
  }

  /** Starts a reply. @throws GeminiError - If the id is in use, there are too many replies, or the registry is closed. */
  start(id: string, source: Observable<GeminiChunk>, owner: string | undefined): void {
    if (this.#isClosed) throw shutdownError();
    const before = this.#replies.get(id);
    if (before?.isLive) throw inUseError();
    if (before) this.#remove(id, before);
    if (this.#replies.size >= this.#limits.maxReplies && !this.#removeOldest())
      throw fullError(this.#limits.maxReplies);
    const started = new StoredReply(owner);
    this.#replies.set(id, started);
    started.run(source, {
      onStored: (reply, bytes) => {
        this.#account(reply, bytes);
      },
      onEnd: (reply) => {
        this.#keep(id, reply);
      },
    });
  }

  /** @throws GeminiError - At the subscription, `not_found` if there is no such reply of this owner. */
  follow(id: string, owner: string | undefined, after: string | undefined): Observable<GeminiChunk> {
    return defer(() => {
      const reply = this.#find(id, owner);
      if (!reply) throw notFoundError();
      return reply.follow(after);
    });
  }

  /** Stops a reply; returns whether it was running. */
  stop(id: string, owner: string | undefined, reason: string): boolean {
    const reply = this.#find(id, owner);
    if (!reply?.isLive) return false;
    reply.stop(reason);
    return true;
  }

  /** The running replies of an owner, by their ids, in the order of their starts. */
  liveOf(owner: string | undefined): [string, StoredReply][] {
    return [...this.#replies].filter(([, reply]) => reply.isLive && reply.owner === owner);
  }

  /** Fails the running replies and forgets all. */
  close(): void {
    this.#isClosed = true;
    for (const [id, reply] of [...this.#replies]) {
      if (reply.isLive) reply.fail(shutdownError());
      this.#remove(id, reply);
    }
  }

  #find(id: string, owner: string | undefined): StoredReply | undefined {
    const reply = this.#replies.get(id);
    if (!reply || (reply.owner !== undefined && reply.owner !== owner)) return undefined;
    const ended = this.#ended.get(reply);
    // By the clock too: a timer may fire late, and virtual time moves the clock alone.
    if (!ended || this.#now() - ended.endedAt < ended.ttl) return reply;
    this.#remove(id, reply);
    return undefined;
  }

  /** Keeps a reply that has ended for late followers. */
  #keep(id: string, reply: StoredReply): void {
    // It may have been forgotten, or its id been started again.
    if (this.#replies.get(id) !== reply) return;
    const ttl = reply.isRefused ? Math.min(this.#limits.ttl, refusedTtl) : this.#limits.ttl;
    if (ttl === 0) {
      this.#remove(id, reply);
      return;
    }
    const stopTimer = backgroundTimer(ttl, () => {
      this.#remove(id, reply);
    });
    this.#ended.set(reply, { id, endedAt: this.#now(), ttl, stopTimer });
    if (reply.isRefused) this.#refused.add(reply);
  }

  #remove(id: string, reply: StoredReply): void {
    this.#ended.get(reply)?.stopTimer();
    this.#ended.delete(reply);
    this.#refused.delete(reply);
    if (this.#replies.get(id) === reply) this.#replies.delete(id);
    this.#discard(reply, notFoundError);
  }

  /** Removes the reply that ended first, a refused one if there is any; returns whether there was one. */
  #removeOldest(): boolean {
    const oldest = this.#refused.values().next().value ?? this.#ended.keys().next().value;
    const ended = oldest && this.#ended.get(oldest);
    if (!ended) return false;
    this.#remove(ended.id, oldest);
    return true;
  }

  #account(reply: StoredReply, bytes: number): void {
    const { maxBytes, maxTotalBytes } = this.#limits;
    this.#bytes += bytes;
    if (reply.bytes > maxBytes) this.#discard(reply, () => tooLargeError('maxBytes', maxBytes));
    while (this.#bytes > maxTotalBytes && this.#removeOldest());
    if (this.#bytes > maxTotalBytes) this.#discard(reply, () => tooLargeError('maxTotalBytes', maxTotalBytes));
  }

  #discard(reply: StoredReply, error: () => GeminiError): void {
    this.#bytes -= reply.bytes;
    reply.discard(error);
  }
}

function fullError(maxReplies: number): GeminiError {
  const message = `There are ${String(maxReplies)} running replies already, the \`maxReplies\` of this registry`;
  return new GeminiError(message, { kind: 'rate_limit' });
}

function tooLargeError(name: 'maxBytes' | 'maxTotalBytes', limit: number): GeminiError {
  const what = name === 'maxBytes' ? 'The reply is' : 'The replies together are';
  const message = `${what} larger than ${String(limit)} bytes, the \`${name}\` of this registry, so later followers cannot have it`;
  return new GeminiError(message, { kind: 'overflow', limit: name === 'maxBytes' ? 'size' : 'memory' });
}
