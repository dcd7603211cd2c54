import { concatMap, EMPTY, map, mergeMap, of, tap, type Observable } from 'rxjs';
import { makeRunToken } from '../chunk/replyPosition.js';
import type { ChunkBatch } from './chunkBatches.js';
import type { RedisClient } from './redisClient.js';
import { textOfAnswer } from './redisScript.js';
import { isSharded, signalsOf } from './redisServer.js';
import { ownerText, type ReplyKeys } from './replyKeys.js';
import { addRunning, appendChunks, openReply, removeRunning } from './replyScripts.js';

/** The place of a reply in Redis. */
export interface ReplyPlace {
  readonly redis: RedisClient;
  readonly id: string;
  readonly keys: ReplyKeys;
  /** The key of the running replies of the owner. */
  readonly runningKey: string;
  readonly owner: string | undefined;
}

/** The times and the size that Redis keeps, in ms and bytes. */
export interface StoreLimits {
  readonly ttl: number;
  readonly lease: number;
  readonly maxBytes: number;
}

/** The result of an append, see {@link appendChunks}. */
export interface Appended {
  readonly outcome: string;
  /** The reason of a stop, if anybody has asked for one. */
  readonly stop: string | undefined;
}

/** The commands of one run of a reply, which its publisher sends. */
export class StoredRun {
  readonly #place: ReplyPlace;
  readonly #limits: StoreLimits;
  readonly #run = makeRunToken();
  #publish = 'PUBLISH';

  constructor(place: ReplyPlace, limits: StoreLimits) {
    this.#place = place;
    this.#limits = limits;
  }

  /** Takes the id. Emits whether it was free. */
  open(): Observable<boolean> {
    const { redis, keys, owner } = this.#place;
    const { lease, ttl } = this.#limits;
    return isSharded(redis, keys.state).pipe(
      tap((sharded) => {
        this.#publish = publishCommand(sharded);
      }),
      concatMap(() => openReply.run(redis, keysOf(keys), [this.#run, lease, ttl, ownerText(owner)])),
      map((since) => since !== null),
    );
  }

  /** Appends a batch and an end, if any, and renews the lease, or releases it. */
  append(batch: ChunkBatch, end: string, isLast: boolean): Observable<Appended> {
    const { redis, keys } = this.#place;
    const { first, count, chunks, chars } = batch;
    const released = isLast ? '1' : '';
    const { maxBytes } = this.#limits;
    const args = [this.#run, first, count, chunks, chars, end, released, maxBytes, keys.live, this.#publish];
    return appendChunks.run(redis, keysOf(keys), args).pipe(map(toAppended));
  }

  /** Adds the reply to the running ones of its owner, or renews it there. */
  addToRunning(): Observable<unknown> {
    const { redis, id, runningKey } = this.#place;
    return addRunning.run(redis, [runningKey], [`${this.#run} ${id}`, 2 * this.#limits.lease]);
  }

  /** Removes the reply from the running ones of its owner. */
  removeFromRunning(): Observable<unknown> {
    const { redis, id, runningKey } = this.#place;
    return removeRunning.run(redis, [runningKey], [`${this.#run} ${id}`]);
  }

  /**
   * The reasons of stops of this run, as soon as they are published; undefined when the subscription begins, also again:
   * a message before may be missing, which the next append sees.
   */
  stops(): Observable<string | undefined> {
    const { redis, keys } = this.#place;
    return signalsOf(redis, keys.stop, keys.state).pipe(
      mergeMap((signal) => {
        if (signal.type === 'subscribed') return of(undefined);
        const run = `${this.#run} `;
        return signal.text.startsWith(run) ? of(signal.text.slice(run.length)) : EMPTY;
      }),
    );
  }
}

/** The command that publishes a message. */
export function publishCommand(sharded: boolean): string {
  return sharded ? 'SPUBLISH' : 'PUBLISH';
}

/** The keys of the scripts of a reply, in their order. */
export function keysOf({ state, lease, chunks }: ReplyKeys): string[] {
  return [state, lease, chunks];
}

function toAppended(answer: unknown): Appended {
  const [outcome, stop] = answer as readonly unknown[];
  return { outcome: textOfAnswer(outcome), stop: stop === null || stop === undefined ? undefined : textOfAnswer(stop) };
}
