import { catchError, concatMap, map, of, type Observable, type Subscriber } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { parsePosition } from '../chunk/replyPosition.js';
import { withContext, type GeminiError } from '../errors/geminiError.js';
import { indexAfter, notFoundError } from '../replies/replyAccess.js';
import { steadyNow } from '../rx/clock.js';
import { bridgeOutages } from './bridgeOutages.js';
import { FollowedChunks, mergeAll } from './followedChunks.js';
import { readReply, type ReplyAccess, type StoredPart } from './readReply.js';
import { isSharded } from './redisServer.js';
import type { FeedMessage, StoredEnd } from './replyEntry.js';
import { replyFeed, type FeedSignal } from './replyFeed.js';
import { lostReplyError, missingChunksError, replacedError } from './replyFailures.js';
import { endAbandoned } from './replyScripts.js';
import { keysOf, publishCommand } from './storedRun.js';

/** One subscription to a stored reply: reads the part that it missed, then takes the messages, and reads again for holes. */
export class ReplyFollower {
  readonly #access: ReplyAccess;
  readonly #destination: Subscriber<GeminiChunk>;
  /** The reply, once it was found. */
  #chunks: FollowedChunks | undefined;
  #isReading = false;
  /** The messages that came during a read, which may not have their chunks. */
  #waiting: FeedMessage[] = [];
  /** Whether the follower must read again: a message that came during a read was dropped, or may be missing. */
  #isCheckDue = false;
  /** The time at which the publisher was first seen without its lease. */
  #abandonedAt: number | undefined;
  #isEnding = false;

  constructor(access: ReplyAccess, destination: Subscriber<GeminiChunk>) {
    this.#access = access;
    this.#destination = destination;
  }

  /** Reads the reply after a position, or all of it, and follows it. */
  start(after: string | undefined): void {
    this.#read(indexIn(after), (part) => {
      if (!part) throw notFoundError();
      const start = after === undefined ? 0 : indexAfter(after, part.run, part.count);
      if (start + part.chunks.length !== part.count) throw missingChunksError();
      this.#chunks = new FollowedChunks(this.#destination, part.run, start);
      this.#chunks.emitMissed(part);
      this.#judge(part);
      if (!this.#isEnding) this.#listen(part.lease);
    });
  }

  #listen(lease: number): void {
    const { redis, keys } = this.#access;
    this.#run(replyFeed(redis, keys, lease), (signal) => {
      this.#handleSignal(signal);
    });
  }

  #handleSignal(signal: FeedSignal): void {
    if (this.#isEnding) return;
    if (signal.type !== 'message' || this.#waiting.length === maxWaiting) this.#check();
    else if (this.#isReading) this.#waiting.push(signal.message);
    else this.#handleMessage(signal.message);
  }

  #handleMessage({ run, entry }: FeedMessage): void {
    const chunks = this.#chunks;
    if (!chunks) return;
    if (run !== chunks.run) throw replacedError();
    this.#abandonedAt = undefined;
    if (!entry || entry.first > chunks.next) {
      this.#check();
      return;
    }
    chunks.emit(entry);
    if (entry.end) this.#finish(entry.end);
  }

  /** Reads the chunks that may be missing. */
  #check(): void {
    if (this.#isReading) this.#isCheckDue = true;
    const chunks = this.#chunks;
    if (this.#isReading || !chunks) return;
    const first = chunks.next;
    this.#read(first, (part) => {
      if (!part) throw lostReplyError();
      if (part.run !== chunks.run) throw replacedError();
      // Not `<`: after a failover, the follower may have chunks that the new server lacks.
      if (first + part.chunks.length !== part.count) throw missingChunksError();
      chunks.emit({ first, chunks: part.chunks });
      this.#judge(part);
    });
  }

  /** Ends as the reply has ended; also if its publisher has been without its lease for a while. */
  #judge({ end, isHeld, lease, run }: StoredPart): void {
    if (end) {
      this.#finish(end);
      return;
    }
    if (isHeld) {
      this.#abandonedAt = undefined;
      return;
    }
    this.#abandonedAt ??= steadyNow();
    // Not at once: Redis may have been away, and then the publisher takes its lease again.
    if (steadyNow() - this.#abandonedAt < patience * lease) return;
    const { redis, keys } = this.#access;
    const end$ = isSharded(redis, keys.state).pipe(
      concatMap((sharded) => endAbandoned.run(redis, keysOf(keys), [run, keys.live, publishCommand(sharded)])),
    );
    this.#run(end$.pipe(bridgeOutages(redis)), () => {
      this.#check();
    });
  }

  #finish({ error }: StoredEnd): void {
    this.#isEnding = true;
    if (!error) {
      this.#destination.complete();
      return;
    }
    this.#fail(error);
  }

  /** Fails with the whole reply so far, which a follower does not hold. */
  #fail(error: GeminiError): void {
    const { redis } = this.#access;
    const failure$ = readReply(this.#access, 0, this.#chunks?.run).pipe(
      bridgeOutages(redis),
      map((part) =>
        part?.run === this.#chunks?.run ? withContext(error, { partial: mergeAll(part?.chunks ?? []) }) : error,
      ),
      catchError(() => of(error)),
    );
    this.#run(failure$, (failure) => this.#destination.error(failure));
  }

  #read(first: number, handle: (part: StoredPart | undefined) => void): void {
    this.#isReading = true;
    this.#isCheckDue = false;
    const part$ = readReply(this.#access, first, this.#chunks?.run).pipe(bridgeOutages(this.#access.redis));
    this.#run(part$, (part) => {
      this.#isReading = false;
      handle(part);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const message of waiting) this.#handleSignal({ type: 'message', message });
      if (this.#isCheckDue && !this.#isEnding) this.#check();
    });
  }

  /** Subscribes until the follower has ended; an error, also of the handler, is the follower's. */
  #run<T>(values$: Observable<T>, handle: (value: T) => void): void {
    const destination = this.#destination;
    const subscription = values$.subscribe({
      // Not in a `tap`: each of many followers gets each message here.
      next: (value) => {
        if (destination.closed) return;
        try {
          handle(value);
        } catch (cause) {
          destination.error(cause);
        }
      },
      error: (cause: unknown) => destination.error(cause),
    });
    destination.add(subscription);
  }
}

/** The maximum number of messages that wait for a read. */
const maxWaiting = 100;

/** The part of a lease for which a publisher may be without it. */
const patience = 0.4;

function indexIn(after: string | undefined): number {
  return after === undefined ? 0 : (parsePosition(after)?.index ?? -1) + 1;
}
