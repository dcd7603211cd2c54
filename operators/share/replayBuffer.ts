import { markCatchUp } from '../../src/chunk/catchUp.js';
import { HeldChunks } from '../../src/chunk/heldChunks.js';
import { reportsWait } from '../../src/chunk/withoutWaits.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { chunkBytes, contentBytes } from '../../src/chunk/chunkBytes.js';

/** The chunks of a shared reply so far, in the form in which late subscribers get them. */
export interface ReplayBuffer<T> {
  append(chunk: T): void;
  chunks(): readonly T[];
  /** The estimated memory that a chunk takes in this buffer, in bytes. */
  bytesOf(chunk: T): number;
}

/** All chunks so far merged into one: made for the first late subscriber, and shared until the next chunk arrives. */
export class MergedReplayBuffer<T extends GeminiChunk> implements ReplayBuffer<T> {
  readonly #reply = new HeldChunks<T>();
  #merged: readonly T[] | undefined;
  readonly bytesOf: (chunk: T) => number = contentBytes;

  append(chunk: T): void {
    this.#merged = undefined;
    this.#reply.append(chunk);
  }

  chunks(): readonly T[] {
    // The delay that is left of a wait changes with the time.
    if (!this.#merged || this.#merged.some(reportsWait)) {
      this.#merged = this.#reply.isEmpty ? [] : [markCatchUp(this.#reply.snapshot())];
    }
    return this.#merged;
  }
}

/** The chunks one by one, so that each has the same index for every subscriber. */
export class UnmergedReplayBuffer<T extends GeminiChunk> implements ReplayBuffer<T> {
  readonly #chunks: T[] = [];
  readonly bytesOf: (chunk: T) => number = chunkBytes;

  append(chunk: T): void {
    this.#chunks.push(chunk);
  }

  chunks(): readonly T[] {
    return this.#chunks;
  }
}
