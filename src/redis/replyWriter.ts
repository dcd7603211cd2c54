import {
  AsyncSubject,
  EMPTY,
  finalize,
  ignoreElements,
  race,
  ReplaySubject,
  retry,
  Subscription,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { inUseError } from '../replies/replyAccess.js';
import { backgroundTimer } from '../rx/backgroundTimer.js';
import { steadyNow } from '../rx/clock.js';
import { reportUnhandled } from '../rx/reportUnhandled.js';
import { longestOutage } from './bridgeOutages.js';
import { ChunkBatches, type ChunkBatch } from './chunkBatches.js';
import { CommandLoop } from './commandLoop.js';
import { endJson } from './replyEntry.js';
import {
  abandonedError,
  lostReplyError,
  missingChunksError,
  noAnswerError,
  redisFailure,
  replacedError,
  tooLargeToStore,
} from './replyFailures.js';
import { StoredRun, type Appended, type ReplyPlace, type StoreLimits } from './storedRun.js';

/** The policy of a publisher. */
export interface WriterOptions extends StoreLimits {
  /** Called with the first of the failures of Redis that follow each other, and with a failure that ends the storing. */
  readonly onStoreError: (error: GeminiError) => void;
  /** Whether a reply fails if its id cannot be taken because Redis fails; else it begins without the store. */
  readonly isStrict: boolean;
}

/** The longest time for which the reply's own subscriber waits for Redis, at the start and at the end, in ms. */
const longestWait = 1_000;

/** The shortest time after the end of the source for which failed commands are repeated, in ms. */
const shortestRepeat = 10_000;

/** Stores one run of a reply: takes its id, appends its chunks, keeps its lease, and listens for a stop. */
export class ReplyWriter {
  readonly #opened$ = new AsyncSubject<never>();
  readonly #stop$ = new ReplaySubject<string>(1);
  readonly #done$ = new AsyncSubject<never>();
  readonly #run: StoredRun;
  readonly #options: WriterOptions;
  readonly #batches = new ChunkBatches();
  readonly #loop: CommandLoop;
  /** The timer and the subscription that end with the source. */
  readonly #resources = new Subscription();
  /** `ended`: no more chunks are stored, but the lease is kept, so that the reply can be stopped. */
  #phase: 'opening' | 'storing' | 'ended' | 'closed' = 'opening';
  /** The batch that was sent last, until it is known to be stored. */
  #batch: ChunkBatch | undefined;
  /** The JSON of the end to store, if any. */
  #end = '';
  /** Whether that end is a failure to store the reply, which was reported. */
  #hasEndedEarly = false;
  /** The time at which the source ended. */
  #endedAt: number | undefined;
  #isLeaseDue = false;
  #stopTimer: (() => void) | undefined;
  /** Whether the reply has begun without the store, before its id was taken. */
  #hasBegun = false;

  constructor(place: ReplyPlace, options: WriterOptions) {
    this.#run = new StoredRun(place, options);
    this.#options = options;
    this.#loop = new CommandLoop(
      () => this.#nextCommand(),
      (cause, failures) => {
        this.#handleFailure(cause, failures);
      },
    );
  }

  /** Completes when the id is taken; fails if it is in use. */
  get opened$(): Observable<never> {
    return this.#opened$;
  }

  /** Emits the reason of a stop. */
  get stop$(): Observable<string> {
    return this.#stop$;
  }

  /** Completes when all is stored, or nothing more will be. */
  get done$(): Observable<never> {
    return this.#done$;
  }

  /** Takes the id. Completes when the reply may begin; fails if the id is in use. */
  open(): Observable<never> {
    this.#loop.wake();
    if (this.#options.isStrict) {
      const failed$ = timer(longestOutage).pipe(
        tap(() => {
          this.#failToOpen(redisFailure(noAnswerError()));
        }),
        ignoreElements(),
      );
      return race(this.#opened$, failed$);
    }
    const late$ = tooLate().pipe(
      tap({
        complete: () => {
          this.#hasBegun = true;
        },
      }),
    );
    return race(this.#opened$, late$);
  }

  /** Stores a chunk. Never throws: a chunk that cannot be stored ends the stored reply only. */
  push(chunk: GeminiChunk): void {
    if (this.#end !== '' || this.#phase === 'ended' || this.#phase === 'closed') return;
    try {
      this.#batches.push(chunk);
      if (this.#batches.length > this.#options.maxBytes) {
        this.#batches.dropAfter(this.#batch?.count ?? 0);
        this.#endEarly(tooLargeToStore(this.#options.maxBytes));
      }
    } catch (cause) {
      this.#endEarly(toGeminiError(cause));
    }
    this.#loop.wake();
  }

  /** Ends the reply with an error, and closes its request. */
  fail(error: GeminiError): void {
    this.#stop$.error(error);
  }

  /** Whether the source has ended. */
  get hasEnded(): boolean {
    return this.#endedAt !== undefined;
  }

  /** Stores the end. Completes when it is stored, or Redis is too slow for the reply's own subscriber. */
  end(error?: GeminiError): Observable<never> {
    if (!this.hasEnded) {
      this.#endedAt = steadyNow();
      this.#end ||= endJson(error);
      this.#resources.unsubscribe();
      this.#loop.wake();
    }
    return this.#loop.isFailing ? EMPTY : race(this.#done$, tooLate());
  }

  #nextCommand(): Observable<unknown> | undefined {
    if (this.#phase === 'closed') return undefined;
    if (this.#phase === 'opening') {
      return this.#run.open().pipe(
        tap((isFree) => {
          this.#handleOpened(isFree);
        }),
      );
    }
    const batch = this.#batch ?? this.#batches.next();
    const isLast = batch.count === this.#batches.count;
    const end = isLast && this.#phase === 'storing' ? this.#end : '';
    const isReleased = isLast && this.hasEnded;
    if (batch.count === 0 && end === '' && !isReleased && !this.#isLeaseDue) return undefined;
    this.#batch = batch.count > 0 ? batch : undefined;
    this.#isLeaseDue = false;
    return this.#run.append(batch, end, isReleased).pipe(
      tap((appended) => {
        this.#handleAppended(appended, batch, end, isReleased);
      }),
    );
  }

  #handleOpened(isFree: boolean): void {
    if (this.#phase === 'closed') {
      // Nothing waits for the store any more.
      if (isFree) this.#inBackground(this.#run.append(this.#batches.next(), endJson(abandonedError()), true));
      return;
    }
    if (!isFree) {
      const error = inUseError();
      if (this.#hasBegun) this.#report(error);
      this.#failToOpen(error);
      return;
    }
    this.#phase = 'storing';
    // Before the reply begins, so that a list has it from then on.
    this.#inBackground(this.#run.addToRunning().pipe(finalize(() => this.#opened$.complete())));
    if (this.hasEnded) return;
    this.#keepLease();
    this.#resources.add(() => {
      this.#stopTimer?.();
    });
    const stops$ = this.#run.stops().pipe(
      retry({ delay: longestWait }),
      tap((reason) => {
        if (reason === undefined) this.#renewLease();
        else this.#stop$.next(reason);
      }),
    );
    this.#resources.add(this.#inBackground(stops$));
  }

  #handleAppended({ outcome, stop }: Appended, batch: ChunkBatch, end: string, isReleased: boolean): void {
    this.#batch = undefined;
    if (outcome === 'lost' || outcome === 'replaced') {
      this.#report(outcome === 'lost' ? lostReplyError() : replacedError());
      this.#close();
      return;
    }
    if (outcome === 'stored') this.#batches.remove(batch);
    // `done`: a repeated end had been stored already.
    else if (this.#phase === 'storing' && outcome !== 'done' && !this.#hasEndedEarly) {
      this.#report(this.#failureOf(outcome));
    }
    if (outcome !== 'stored' || end !== '') {
      this.#phase = 'ended';
      this.#batches.dropAfter(0);
    }
    if (isReleased) this.#close();
    else if (stop !== undefined) this.#stop$.next(stop);
  }

  #failureOf(outcome: string): GeminiError {
    if (outcome === 'full') return tooLargeToStore(this.#options.maxBytes);
    return outcome === 'missing' ? missingChunksError() : abandonedError();
  }

  #handleFailure(cause: unknown, failures: number): void {
    const error = redisFailure(cause);
    if (this.#phase === 'opening') {
      if (this.#options.isStrict) {
        this.#failToOpen(error);
        return;
      }
      this.#hasBegun = true;
      this.#opened$.complete();
    }
    // The repeated command renews the lease, also if there is nothing to store.
    this.#isLeaseDue = true;
    if (failures === 1) this.#report(error);
    const repeatFor = Math.max(this.#options.lease, shortestRepeat);
    if (this.#endedAt !== undefined && steadyNow() - this.#endedAt > repeatFor) this.#close();
  }

  /** Fails a reply that has not begun, because its id is in use, or Redis fails. */
  #failToOpen(error: GeminiError): void {
    this.#opened$.error(error);
    // The id may have been taken all the same, if only the answer is missing. It has no effect on the reply of another.
    this.#inBackground(this.#run.append(this.#batches.next(), endJson(error), true));
    this.#close();
  }

  #endEarly(error: GeminiError): void {
    this.#end = endJson(error);
    this.#hasEndedEarly = true;
    this.#report(error);
  }

  /** Renews the lease until the source ends. */
  #keepLease(): void {
    this.#stopTimer = backgroundTimer(this.#options.lease / 3, () => {
      this.#renewLease();
      this.#inBackground(this.#run.addToRunning());
      this.#keepLease();
    });
  }

  #renewLease(): void {
    this.#isLeaseDue = true;
    this.#loop.wake();
  }

  #close(): void {
    if (this.#phase === 'storing' || this.#phase === 'ended') this.#inBackground(this.#run.removeFromRunning());
    this.#phase = 'closed';
    this.#batches.dropAfter(0);
    this.#resources.unsubscribe();
    this.#loop.close();
    this.#done$.complete();
  }

  /** Subscribes to work whose failure has no effect: the list of running replies is checked when it is read. */
  #inBackground(work$: Observable<unknown>): Subscription {
    return work$.subscribe({ error: () => undefined });
  }

  #report(error: GeminiError): void {
    try {
      this.#options.onStoreError(error);
    } catch (cause) {
      reportUnhandled(cause);
    }
  }
}

/** Completes after the longest wait. */
function tooLate(): Observable<never> {
  return timer(longestWait).pipe(ignoreElements());
}
