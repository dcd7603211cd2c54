import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { chunkSize } from './boundedChunks.js';
import { markCatchUp } from '../../src/chunk/catchUp.js';
import { contentSize } from './contentSize.js';

/** The chunks of a shared reply so far, as late subscribers get them. */
export interface ReplyPast<T> {
  append(chunk: T): void;
  chunks(): readonly T[];
  /** The memory that a chunk takes in it, roughly, in bytes. */
  sizeOf(chunk: T): number;
}

/** All chunks so far as one, made for the first late subscriber, and shared by all until the next chunk comes. */
export class MergedPast<T extends GeminiChunk> implements ReplyPast<T> {
  readonly #past = new ChunkBuilder<T>();
  #merged: readonly T[] | undefined;
  readonly sizeOf: (chunk: T) => number = contentSize;

  append(chunk: T): void {
    this.#merged = undefined;
    this.#past.append(chunk);
  }

  chunks(): readonly T[] {
    this.#merged ??= this.#past.isEmpty ? [] : [markCatchUp(this.#past.snapshot())];
    return this.#merged;
  }
}

/** The chunks one by one, so that each has the same index for everybody. */
export class KeptPast<T extends GeminiChunk> implements ReplyPast<T> {
  readonly #chunks: T[] = [];
  readonly sizeOf: (chunk: T) => number = chunkSize;

  append(chunk: T): void {
    this.#chunks.push(chunk);
  }

  chunks(): readonly T[] {
    return this.#chunks;
  }
}
