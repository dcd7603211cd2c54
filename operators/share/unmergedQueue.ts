import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { chunkBytes } from './chunkBytes.js';

/** A queue of unmerged chunks, up to a number of bytes; a chunk beyond them throws the error of `overflow`. */
export class UnmergedQueue<T extends GeminiChunk> {
  readonly #maxBytes: number;
  readonly #overflow: () => Error;
  #chunks: T[] = [];
  /** The number of chunks at the front that were taken: to shift a long list takes time proportional to its length. */
  #taken = 0;
  #bytes = 0;

  constructor(maxBytes: number, overflow: () => Error) {
    this.#maxBytes = maxBytes;
    this.#overflow = overflow;
  }

  push(chunk: T): void {
    this.#bytes += chunkBytes(chunk);
    if (this.#bytes > this.#maxBytes) throw this.#overflow();
    this.#chunks.push(chunk);
  }

  /** Takes the first chunk; undefined if the queue is empty. */
  take(): T | undefined {
    const chunk = this.#chunks[this.#taken];
    if (!chunk) return undefined;
    this.#bytes -= chunkBytes(chunk);
    this.#taken += 1;
    // Stryker disable next-line all: decides only when the memory of the chunks that were taken is freed
    if (this.#taken * 2 > this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#taken);
      this.#taken = 0;
    }
    return chunk;
  }
}
