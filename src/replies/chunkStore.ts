import { chunkBytes } from '../chunk/chunkBytes.js';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { HeldChunks } from '../chunk/heldChunks.js';
import { reportsWait } from '../chunk/withoutWaits.js';
import type { GeminiError } from '../errors/geminiError.js';

/** The chunks of a reply, one by one, so that a follower can continue after any of them. */
export class ChunkStore {
  #bytes = 0;
  #count = 0;
  #chunks: GeminiChunk[] = [];
  #discarded: (() => GeminiError) | undefined;
  /** The merge of all chunks, and its snapshot for the followers until the next chunk. */
  #merged = new HeldChunks();
  #snapshot: GeminiChunk | undefined;

  /** The estimated memory of the chunks, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of chunks, also once they were discarded. */
  get count(): number {
    return this.#count;
  }

  /**
   * Appends a chunk; returns the memory that it takes, in bytes: 0 once the chunks were discarded.
   *
   * @throws TypeError - If the chunk cannot be merged; it is not stored.
   */
  push(chunk: GeminiChunk): number {
    const bytes = chunkBytes(chunk);
    // Also once discarded, so that such a chunk fails in every reply.
    this.#merged.append(chunk);
    this.#count += 1;
    if (this.#discarded) {
      this.#merged = new HeldChunks();
      return 0;
    }
    this.#snapshot = undefined;
    this.#bytes += bytes;
    this.#chunks.push(chunk);
    return bytes;
  }

  /** Drops the chunks, and those to come: {@link mergedFrom} then throws the error. */
  discard(error: () => GeminiError): void {
    this.#discarded = error;
    this.#bytes = 0;
    this.#chunks = [];
    this.#merged = new HeldChunks();
    this.#snapshot = undefined;
  }

  /** The chunks from an index on, merged; undefined if the reply has no chunk there yet. */
  mergedFrom(start: number): GeminiChunk | undefined {
    if (this.#discarded) throw this.#discarded();
    if (start >= this.#count) return undefined;
    if (start === 0) {
      // The delay that is left of a wait changes with the time.
      if (!this.#snapshot || reportsWait(this.#snapshot)) this.#snapshot = this.#merged.snapshot();
      return this.#snapshot;
    }
    const rest = new ChunkBuilder();
    for (const chunk of this.#chunks.slice(start)) rest.append(chunk);
    return this.#merged.withDelayLeft(rest.snapshot());
  }
}
