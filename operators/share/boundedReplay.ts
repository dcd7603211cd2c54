import type { Observer } from 'rxjs';
import { isEmptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { noticeAfter } from '../../src/chunk/noticeAfter.js';
import type { ReplayBuffer } from './replayBuffer.js';

/** The limit of a replay, and the error of a late subscriber once the reply is larger. */
export interface ReplayLimit {
  readonly maxBytes: number;
  readonly overflow: () => unknown;
}

/** The replay of a shared reply for late subscribers. Holds nothing of a reply that is larger than its limit. */
export class BoundedReplay<T extends GeminiChunk> {
  readonly #limit: ReplayLimit | undefined;
  /** The chunks so far; undefined once the reply was too large. */
  #buffer: ReplayBuffer<T> | undefined;
  #bytes = 0;
  /** The last chunk: late subscribers of a reply that was too large get its standing annotations. */
  #latest: T | undefined;

  /** @param limit - Default: no limit. */
  constructor(buffer: ReplayBuffer<T>, limit?: ReplayLimit) {
    this.#buffer = buffer;
    this.#limit = limit;
  }

  /** Appends a chunk; throws if the chunk cannot be merged. */
  append(chunk: T): void {
    this.#latest = chunk;
    if (!this.#buffer) return;
    this.#buffer.append(chunk);
    if (!this.#limit) return;
    this.#bytes += this.#buffer.bytesOf(chunk);
    if (this.#bytes > this.#limit.maxBytes) this.#buffer = undefined;
  }

  /** Emits the chunks so far, or fails if the reply was too large. */
  replayTo(destination: Observer<T>): void {
    if (this.#buffer) {
      for (const chunk of this.#buffer.chunks()) destination.next(chunk);
      return;
    }
    const notice = noticeAfter(this.#latest);
    if (!isEmptyChunk(notice)) destination.next(notice);
    destination.error(this.#limit?.overflow());
  }
}
