import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { finishReasonOf } from '../chunk/readers.js';

/** The place of a chunk in a reply, relative to the last chunk. */
export type ChunkPlace = 'new' | 'repeated' | 'another reply';

/** The last chunk of a reply and its index, by which a new connection is joined to the earlier ones. */
export class ResumePosition {
  /** The last chunk; undefined if the server sends no indices, so that the rest cannot be requested. */
  #last: { readonly id: number; readonly chunk: GeminiChunk } | undefined;
  /** Whether a chunk had no index; then the indices of other chunks do not count either. */
  #isUnindexed = false;
  /** After a reconnection: whether a chunk may be a repetition, and whether a chunk was one. */
  #mayRepeat = false;
  #isRepeating = false;

  /** The index of the last chunk; undefined if the rest cannot be requested. */
  get lastId(): number | undefined {
    return this.#last?.id;
  }

  /** Whether the server is still sending chunks that were read already. */
  get isRepeating(): boolean {
    return this.#isRepeating;
  }

  /** Prepares for the chunks of a new connection, which may repeat earlier ones. */
  reconnect(): void {
    this.#mayRepeat = this.#last !== undefined;
    this.#isRepeating = false;
  }

  /**
   * Reads the index after which the server begins; if the index is not the requested one, the server sends the whole
   * reply.
   */
  announce(after: number | undefined): void {
    // The chunks may be merged in another way than before.
    if (this.#last && after !== this.#last.id) this.#isRepeating = true;
  }

  /**
   * Reads the place of a chunk, and moves to the chunk if it is new.
   *
   * @param mayBeFirst - Whether `id`, if it is the first, is an index. Frameworks number events by themselves (NestJS
   * from 1, `express-sse` from 0), though their routes cannot resume.
   */
  place(chunk: GeminiChunk, id: number | undefined, mayBeFirst: boolean): ChunkPlace {
    const place = this.#mayRepeat ? this.#compare(chunk, id) : 'new';
    if (place !== 'new') return place;
    const isIndex = id !== undefined && (this.#last ? id > this.#last.id : mayBeFirst);
    this.#isUnindexed ||= !isIndex;
    this.#last = this.#isUnindexed || id === undefined ? undefined : { id, chunk };
    return 'new';
  }

  /** Compares a chunk with the last one, so that a reply that the server generates anew is not joined to this reply. */
  #compare(chunk: GeminiChunk, id: number | undefined): ChunkPlace {
    const last = this.#last;
    if (!last) return 'new';
    if (id !== undefined && id < last.id) {
      this.#isRepeating = true;
      return 'repeated';
    }
    const fits = id === last.id ? isSameChunk(last.chunk, chunk) : !this.#isRepeating && mayFollow(last.chunk, chunk);
    if (id === undefined || !fits) return 'another reply';
    this.#mayRepeat = false;
    this.#isRepeating = false;
    return id > last.id ? 'new' : 'repeated';
  }
}

/** Compares without annotations: a measured time differs on each connection. */
function isSameChunk(a: GeminiChunk, b: GeminiChunk): boolean {
  return a.responseId === b.responseId && JSON.stringify(a.candidates) === JSON.stringify(b.candidates);
}

/** A reply may consist of several responses, but each must finish before the next begins. */
function mayFollow(last: GeminiChunk, next: GeminiChunk): boolean {
  const isKnown = last.responseId !== undefined && next.responseId !== undefined;
  return !isKnown || last.responseId === next.responseId || finishReasonOf(last) !== undefined;
}
