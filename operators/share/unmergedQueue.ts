import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { Queue } from '../../src/rx/queue.js';
import { chunkBytes } from '../../src/chunk/chunkBytes.js';

/** A queue of unmerged chunks, up to a number of bytes; a chunk beyond them throws the error of `overflow`. */
export class UnmergedQueue<T extends GeminiChunk> {
  readonly #maxBytes: number;
  readonly #overflow: () => Error;
  readonly #chunks = new Queue<T>();
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
    const chunk = this.#chunks.take();
    if (chunk) this.#bytes -= chunkBytes(chunk);
    return chunk;
  }
}
