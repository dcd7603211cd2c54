import { chunkBytes } from '../../operators/share/chunkBytes.js';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiError } from '../errors/geminiError.js';

/** The chunks of a reply, one by one, so that a follower can continue after any of them. */
export class ChunkStore {
  #bytes = 0;
  #count = 0;
  #chunks: GeminiChunk[] = [];
  #discarded: (() => GeminiError) | undefined;
  /** The merge of the first chunks, and their number: made for the first late follower, and shared by the others. */
  #merged = new ChunkBuilder();
  #mergedCount = 0;
  #snapshot: GeminiChunk | undefined;

  /** The estimated memory of the chunks, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of chunks, also once they were discarded. */
  get count(): number {
    return this.#count;
  }

  /** Appends a chunk; returns the memory that it takes, in bytes: 0 once the chunks were discarded. */
  push(chunk: GeminiChunk): number {
    this.#count += 1;
    if (this.#discarded) return 0;
    const bytes = chunkBytes(chunk);
    this.#bytes += bytes;
    this.#chunks.push(chunk);
    return bytes;
  }

  /** Drops the chunks, and those to come: {@link mergedFrom} then throws the error. */
  discard(error: () => GeminiError): void {
    this.#discarded = error;
    this.#bytes = 0;
    this.#chunks = [];
    this.#merged = new ChunkBuilder();
    this.#snapshot = undefined;
  }

  /** The chunks from an index on, merged; undefined if the reply has no chunk there yet. */
  mergedFrom(start: number): GeminiChunk | undefined {
    if (this.#discarded) throw this.#discarded();
    if (start >= this.#count) return undefined;
    if (start > 0) return appendChunks(new ChunkBuilder(), this.#chunks.slice(start)).snapshot();
    if (this.#mergedCount < this.#count || !this.#snapshot) {
      appendChunks(this.#merged, this.#chunks.slice(this.#mergedCount));
      this.#mergedCount = this.#count;
      this.#snapshot = this.#merged.snapshot();
    }
    return this.#snapshot;
  }
}

function appendChunks(builder: ChunkBuilder, chunks: readonly GeminiChunk[]): ChunkBuilder {
  for (const chunk of chunks) builder.append(chunk);
  return builder;
}
