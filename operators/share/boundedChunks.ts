import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { contentSize } from './contentSize.js';

/** What a chunk takes beside its content, in bytes: a flood of empty ones is a flood as well. */
const ownSize = 512;

/** Chunks that wait, each by itself, up to so many bytes: one more throws what `overflow` gives. */
export class BoundedChunks<T extends GeminiChunk> {
  readonly #maxBytes: number;
  readonly #overflow: () => Error;
  #chunks: T[] = [];
  /** How many of them are taken: shifting a long list costs its length. */
  #taken = 0;
  #bytes = 0;

  constructor(maxBytes: number, overflow: () => Error) {
    this.#maxBytes = maxBytes;
    this.#overflow = overflow;
  }

  push(chunk: T): void {
    this.#bytes += chunkSize(chunk);
    if (this.#bytes > this.#maxBytes) throw this.#overflow();
    this.#chunks.push(chunk);
  }

  /** Takes the first; undefined if nothing waits. */
  take(): T | undefined {
    const chunk = this.#chunks[this.#taken];
    if (!chunk) return undefined;
    this.#bytes -= chunkSize(chunk);
    this.#taken += 1;
    if (this.#taken * 2 > this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#taken);
      this.#taken = 0;
    }
    return chunk;
  }
}

/** The memory that a chunk takes by itself, roughly, in bytes. */
export function chunkSize(chunk: GeminiChunk): number {
  return ownSize + contentSize(chunk);
}
