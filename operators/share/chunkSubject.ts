import { Subject, type Observer, type SubjectLike, type Unsubscribable } from 'rxjs';
import { isEmptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { noticeAfter } from '../../src/chunk/noticeAfter.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { MergedPast, type ReplyPast } from './replyPast.js';

/** The limit of the past that is kept, and the failure of a late subscriber once there was more. */
export interface PastLimit {
  readonly maxBytes: number;
  readonly overflow: () => unknown;
}

/**
 * A subject of chunks that gives each late subscriber the chunks that it missed: as one merged chunk, or as its `past`
 * keeps it.
 *
 * Everybody sees the chunks in one order: what is emitted while another chunk is on its way to the subscribers waits
 * until all of them have that one. (A plain `Subject` gives the later one first to those further back.)
 */
export class ChunkSubject<T extends GeminiChunk> implements SubjectLike<T> {
  readonly #live: SubjectLike<T> = new Subject<T>();
  readonly #limit: PastLimit | undefined;
  /** The last chunk: its standing annotations are all that a late subscriber gets of a past that was too large. */
  #latest: T | undefined;
  /** Undefined once it was too large. */
  #past: ReplyPast<T> | undefined;
  #bytes = 0;
  #isBusy = false;
  readonly #waiting: (() => void)[] = [];
  readonly #onFailure: ((failure: GeminiError) => void) | undefined;
  /** Set by a chunk that could not be merged; no other is taken after it. */
  #failure: GeminiError | undefined;

  /**
   * @param limit - The most of the past that is kept. Default: all.
   * @param past - The form in which late subscribers get it. Default: merged.
   * @param onFailure - Called, instead of failing, with the error of a chunk that cannot be merged: the operator that
   * shares the source fails it.
   */
  constructor(limit?: PastLimit, past: ReplyPast<T> = new MergedPast<T>(), onFailure?: (failure: GeminiError) => void) {
    this.#limit = limit;
    this.#past = past;
    this.#onFailure = onFailure;
  }

  next(chunk: T): void {
    this.#emit(() => {
      if (this.#failure) return;
      try {
        this.#keep(chunk);
      } catch (cause) {
        this.#fail(toGeminiError(cause));
        return;
      }
      this.#live.next(chunk);
    });
  }

  error(cause: unknown): void {
    this.#emit(() => {
      this.#live.error(cause);
    });
  }

  complete(): void {
    this.#emit(() => {
      this.#live.complete();
    });
  }

  subscribe(destination: Observer<T>): Unsubscribable {
    return this.#whileBusy(() => {
      if (!this.#past) this.#refuse(destination);
      else for (const chunk of this.#past.chunks()) destination.next(chunk);
      return this.#live.subscribe(destination);
    });
  }

  /** Fails without a throw, which nobody would see while the source calls: rxjs throws it in a task of its own. */
  #fail(failure: GeminiError): void {
    this.#failure = failure;
    if (this.#onFailure) this.#onFailure(failure);
    else this.#live.error(failure);
  }

  #refuse(destination: Observer<T>): void {
    const notice = noticeAfter(this.#latest);
    if (!isEmptyChunk(notice)) destination.next(notice);
    destination.error(this.#limit?.overflow());
  }

  #keep(chunk: T): void {
    this.#latest = chunk;
    if (!this.#past) return;
    this.#past.append(chunk);
    if (!this.#limit) return;
    this.#bytes += this.#past.sizeOf(chunk);
    if (this.#bytes > this.#limit.maxBytes) this.#past = undefined;
  }

  #emit(step: () => void): void {
    if (this.#isBusy) this.#waiting.push(step);
    else this.#whileBusy(step);
  }

  /** Takes a step that calls subscribers. What they emit waits for the end of the outermost one. */
  #whileBusy<R>(step: () => R): R {
    if (this.#isBusy) return step();
    this.#isBusy = true;
    try {
      const result = step();
      // The list may grow while it is gone through.
      for (const next of this.#waiting) next();
      return result;
    } finally {
      this.#waiting.length = 0;
      this.#isBusy = false;
    }
  }
}
