import { Subject, type Observer, type SubjectLike, type Unsubscribable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { Trampoline } from '../../src/rx/trampoline.js';
import { BoundedReplay } from './boundedReplay.js';
import { MergedReplayBuffer } from './replayBuffer.js';

/**
 * A subject of chunks that first replays to each late subscriber the chunks that it missed.
 *
 * All subscribers see the chunks in one order: a chunk that is emitted inside a notification waits until all
 * subscribers have that notification. (A plain `Subject` emits the later chunk first to the subscribers further back.)
 */
export class ChunkSubject<T extends GeminiChunk> implements SubjectLike<T> {
  readonly #live: SubjectLike<T> = new Subject<T>();
  readonly #replay: BoundedReplay<T>;
  readonly #onFailure: ((failure: GeminiError) => void) | undefined;
  /** The failure of a chunk that could not be merged; no chunk is accepted after it. */
  #failure: GeminiError | undefined;
  readonly #trampoline = new Trampoline();

  /**
   * @param replay - The replay for late subscribers. Default: all chunks so far as one merged chunk.
   * @param onFailure - Called with the error of a chunk that cannot be merged, instead of failing: the operator that
   * shares the source fails it.
   */
  constructor(replay = new BoundedReplay<T>(new MergedReplayBuffer<T>()), onFailure?: (failure: GeminiError) => void) {
    this.#replay = replay;
    this.#onFailure = onFailure;
  }

  next(chunk: T): void {
    this.#trampoline.schedule(() => {
      if (this.#failure) return;
      try {
        this.#replay.append(chunk);
      } catch (cause) {
        this.#fail(toGeminiError(cause));
        return;
      }
      this.#live.next(chunk);
    });
  }

  error(cause: unknown): void {
    this.#trampoline.schedule(() => {
      this.#live.error(cause);
    });
  }

  complete(): void {
    this.#trampoline.schedule(() => {
      this.#live.complete();
    });
  }

  subscribe(destination: Observer<T>): Unsubscribable {
    return this.#trampoline.run(() => {
      this.#replay.replayTo(destination);
      return this.#live.subscribe(destination);
    });
  }

  /** Fails without a throw, which would not reach the caller: rxjs throws in a separate task. */
  #fail(failure: GeminiError): void {
    this.#failure = failure;
    if (this.#onFailure) this.#onFailure(failure);
    else this.#live.error(failure);
  }
}
