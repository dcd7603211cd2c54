import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { storedChunkJson } from './replyEntry.js';

/** Chunks that are appended at once, one by one in a list, so that a reader can continue after any of them. */
export interface ChunkBatch {
  /** The index of the first chunk. */
  readonly first: number;
  readonly count: number;
  /** The JSON of the list. */
  readonly chunks: string;
  /** The length of the answer text of the chunks. */
  readonly chars: number;
}

/** The limits of a batch: a script stops the server while it runs. */
const maxBatchCount = 500;
const maxBatchLength = 65_536;

/** The chunks of a reply that wait for the store. */
export class ChunkBatches {
  #waiting: { readonly json: string; readonly chars: number }[] = [];
  /** The index of the first chunk that waits. */
  #first = 0;
  /** The length of the JSON that waits, in UTF-16 units. */
  length = 0;

  /** The number of chunks that wait. */
  get count(): number {
    return this.#waiting.length;
  }

  /** Adds a chunk. @throws GeminiError, TypeError - If the chunk cannot be serialised; it is not added. */
  push(chunk: GeminiChunk): void {
    const json = storedChunkJson(chunk);
    this.#waiting.push({ json, chars: chunk.text.length });
    this.length += json.length;
  }

  /** The next batch; without chunks if none waits. A batch that may have been stored already must be sent unchanged. */
  next(): ChunkBatch {
    let count = 0;
    let chars = 0;
    let length = 0;
    for (const { json, chars: more } of this.#waiting) {
      length += json.length;
      if (count > 0 && (count === maxBatchCount || length > maxBatchLength)) break;
      count += 1;
      chars += more;
    }
    const chunks = `[${this.#waiting
      .slice(0, count)
      .map(({ json }) => json)
      .join(',')}]`;
    return { first: this.#first, count, chunks, chars };
  }

  /** Removes a batch that is stored. */
  remove({ count, chunks }: ChunkBatch): void {
    if (count === 0) return;
    this.#waiting = this.#waiting.slice(count);
    this.#first += count;
    // Less the brackets and the commas.
    this.length -= chunks.length - count - 1;
  }

  /** Drops the chunks that wait behind the next `count`. */
  dropAfter(count: number): void {
    this.#waiting = this.#waiting.slice(0, count);
    this.length = this.#waiting.reduce((sum, { json }) => sum + json.length, 0);
  }
}
