import { defer, EMPTY, expand, map, reduce, share, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { RedisClient } from './redisClient.js';
import { parseEntry, type ReplyEntry, type StoredEnd } from './replyEntry.js';
import { lostReplyError, missingChunksError, replacedError } from './replyFailures.js';
import { ownerText, type ReplyKeys } from './replyKeys.js';
import { textOfAnswer } from './redisScript.js';
import { readChunks } from './replyScripts.js';
import { keysOf } from './storedRun.js';

/** A stored reply, from one of its chunks on. */
export interface StoredPart {
  readonly run: string;
  /** The number of chunks of the whole reply. */
  readonly count: number;
  /** The time since the last append, in ms. */
  readonly age: number;
  /** The lease of the publisher, in ms. */
  readonly lease: number;
  /** Whether the publisher has its lease. */
  readonly isHeld: boolean;
  readonly chunks: readonly GeminiChunk[];
  readonly end: StoredEnd | undefined;
}

/** Whose reply is read. */
export interface ReplyAccess {
  readonly redis: RedisClient;
  readonly keys: ReplyKeys;
  /** Whether a reply of another owner, or read without an owner, does not exist. */
  readonly isOwned: boolean;
  readonly owner: string | undefined;
}

/** The run that a reader follows already, which it finds also after the `ttl`; `''` for a new reader. */
type KnownRun = string;

/** The entries of a page: a script stops the server while it runs. */
const pageSize = 200;

const readsOfClients = /* @__PURE__ */ new WeakMap<RedisClient, Map<string, Observable<StoredPart | undefined>>>();

/**
 * Reads a reply from an index on. Emits undefined if there is no such reply. Equal reads of one turn of the event loop
 * share their commands: all followers of a reply lack the same chunks. A later read does not join them, as it would miss
 * the chunks that were stored after they were sent.
 *
 * Fails as `truncated` if a chunk between others is missing, or the reply was started again meanwhile.
 */
export function readReply(
  access: ReplyAccess,
  first: number,
  known: KnownRun = '',
): Observable<StoredPart | undefined> {
  return defer(() => {
    const { redis, keys, isOwned, owner } = access;
    const reads = readsOfClients.get(redis) ?? new Map<string, Observable<StoredPart | undefined>>();
    readsOfClients.set(redis, reads);
    const name = JSON.stringify([keys.state, isOwned, owner, first, known]);
    const running = reads.get(name);
    if (running) return running;
    const read = readPages(access, first, known).pipe(share());
    reads.set(name, read);
    queueMicrotask(() => reads.delete(name));
    return read;
  });
}

interface Page extends Omit<StoredPart, 'chunks' | 'end'> {
  readonly entries: readonly ReplyEntry[];
}

function readPages(access: ReplyAccess, first: number, known: KnownRun): Observable<StoredPart | undefined> {
  return defer(() => {
    const chunks: GeminiChunk[] = [];
    let end: StoredEnd | undefined;
    let run: string | undefined;
    return readPage(access, first, known).pipe(
      expand((page) => {
        if (!page && run !== undefined) throw lostReplyError();
        run ??= page?.run;
        if (page?.run !== run) throw replacedError();
        for (const entry of page?.entries ?? []) {
          const next = first + chunks.length;
          if (entry.first > next) throw missingChunksError();
          chunks.push(...entry.chunks.slice(next - entry.first));
          end = entry.end;
        }
        return page?.entries.length === pageSize ? readPage(access, first + chunks.length, page.run) : EMPTY;
      }),
      reduce((_, page) => page),
      map((page) => page && { ...page, chunks, end }),
    );
  });
}

function readPage(
  { redis, keys, isOwned, owner }: ReplyAccess,
  first: number,
  known: KnownRun,
): Observable<Page | undefined> {
  const args = [first, pageSize, isOwned ? '1' : '', ownerText(owner), known];
  return readChunks.run(redis, keysOf(keys), args).pipe(map(toPage));
}

function toPage(answer: unknown): Page | undefined {
  if (!Array.isArray(answer)) return undefined;
  const [run, count, age, lease, isHeld, , entries] = answer as readonly unknown[];
  return {
    run: textOfAnswer(run),
    count: Number(count),
    age: Number(age),
    lease: Number(lease),
    isHeld: Number(isHeld) === 1,
    entries: (entries as readonly [unknown, readonly unknown[]][]).map(([, fields]) =>
      parseEntry(fields[1], fields[3], fields[5]),
    ),
  };
}
