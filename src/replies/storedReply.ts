import { asyncScheduler, map, Observable, Subject, tap } from 'rxjs';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { assertResponse } from '../chunk/assertResponse.js';
import { withField } from '../chunk/copyFields.js';
import { emptyChunk } from '../chunk/emptyChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { isNotice } from '../chunk/isNotice.js';
import { formatPosition, makeRunToken } from '../chunk/replyPosition.js';
import { withoutWaits } from '../chunk/withoutWaits.js';
import type { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { Trampoline } from '../rx/trampoline.js';
import { ChunkStore } from './chunkStore.js';
import { indexAfter } from './replyAccess.js';

/** The calls by which a reply reports to its registry. */
export interface StoredReplyEvents {
  /** Called after a chunk was stored, with the memory that it takes, in bytes. */
  readonly onStored: (reply: StoredReply, bytes: number) => void;
  /** Called once, after the followers of that moment have the end. */
  readonly onEnd: (reply: StoredReply) => void;
}

/** One run of a reply: the subscription to its source, its chunks so far, and its followers. */
export class StoredReply {
  readonly owner: string | undefined;
  /** The time of the start, in ms since 1970. */
  readonly since = asyncScheduler.now();
  /** The length of the answer text so far. */
  chars = 0;
  readonly #run = makeRunToken();
  readonly #chunks = new ChunkStore();
  /** The chunks as the followers from the start get them. */
  readonly #live = new Subject<GeminiChunk>();
  readonly #stop = new Subject<string>();
  /** All followers see the chunks in one order, whatever one of them causes inside its `next`. */
  readonly #trampoline = new Trampoline();
  #isLive = true;
  /** Whether a chunk could not be stored: the chunks that wait behind it are dropped. */
  #isBroken = false;
  #hasContent = false;
  #hasFailed = false;

  constructor(owner: string | undefined) {
    this.owner = owner;
  }

  /** Whether the source has not ended, and nobody has stopped it. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** Whether the source failed before its first content, such as a reply that a limiter has refused. */
  get isRefused(): boolean {
    return this.#hasFailed && !this.#hasContent;
  }

  /** The memory of the stored chunks, in bytes. */
  get bytes(): number {
    return this.#chunks.bytes;
  }

  /** The position of the last chunk; undefined before the first. */
  get position(): string | undefined {
    return this.#chunks.count === 0 ? undefined : this.#positionFrom(0);
  }

  /** Subscribes to the source, for this reply alone. */
  run(source: Observable<GeminiChunk>, { onStored, onEnd }: StoredReplyEvents): void {
    const end = (sendEnd: () => void) => {
      this.#isLive = false;
      this.#trampoline.schedule(() => {
        sendEnd();
        onEnd(this);
      });
    };
    source
      .pipe(
        takeUntilCancel(this.#stop),
        // Here a wrong value fails the reply, and closes its request.
        tap((chunk) => assertResponse(chunk, 'chunk')),
      )
      .subscribe({
        next: (chunk) => {
          this.#trampoline.schedule(() => {
            const bytes = this.#store(chunk);
            if (bytes === undefined) return;
            if (bytes > 0) onStored(this, bytes);
            this.#live.next(withField(chunk, 'position', this.#positionFrom(0)));
          });
        },
        error: (cause: unknown) =>
          end(() => {
            this.#hasFailed = true;
            this.#live.error(toGeminiError(cause));
          }),
        complete: () => end(() => this.#live.complete()),
      });
  }

  /** Closes the request; the reply ends with a chunk that is marked `cancelled`. */
  stop(reason: string): void {
    this.#isLive = false;
    this.#stop.next(reason);
  }

  /** Closes the request; the reply ends with an error. */
  fail(error: GeminiError): void {
    this.#isLive = false;
    this.#stop.error(error);
  }

  /** Drops the chunks: later followers fail with the error, those of this moment continue. */
  discard(error: () => GeminiError): void {
    this.#chunks.discard(error);
  }

  /**
   * The chunks after a position, or all: the missed part as one chunk, then each chunk as it arrives. Before the first
   * chunk, a notice with the position there, so that a reader whose connection breaks can ask for the reply.
   */
  follow(after: string | undefined): Observable<GeminiChunk> {
    return new Observable<GeminiChunk>((destination) =>
      this.#trampoline.run(() => {
        const start = after === undefined ? 0 : indexAfter(after, this.#run, this.#chunks.count);
        const missed = this.#chunks.mergedFrom(start);
        if (missed) {
          // A reply that has ended does not wait.
          const present = this.#isLive ? missed : withoutWaits(missed);
          destination.next(withField(present, 'position', this.#positionFrom(start)));
        } else if (this.#isLive && this.#chunks.count === 0) {
          destination.next(withField(emptyChunk, 'position', this.#positionFrom(0)));
        }
        if (destination.closed) return;
        const live$ =
          start === 0
            ? this.#live
            : this.#live.pipe(map((chunk) => withField(chunk, 'position', this.#positionFrom(start))));
        destination.add(live$.subscribe(destination));
      }),
    );
  }

  /** Stores a chunk; undefined if the chunk cannot be stored, which fails the reply. */
  #store(chunk: GeminiChunk): number | undefined {
    if (this.#isBroken) return undefined;
    try {
      const bytes = this.#chunks.push(chunk);
      this.chars += chunk.text.length;
      this.#hasContent ||= !isNotice(chunk);
      return bytes;
    } catch (cause) {
      // Not thrown: rxjs would throw it in a separate task, which ends a process.
      this.#isBroken = true;
      this.fail(toGeminiError(cause));
      return undefined;
    }
  }

  /** The position of the last chunk, or before the first, for a follower whose first chunk has the index `start`. */
  #positionFrom(start: number): string {
    return formatPosition({ run: this.#run, start, index: this.#chunks.count - 1 });
  }
}
