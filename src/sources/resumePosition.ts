import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { isNotice } from '../chunk/isNotice.js';
import type { EventId } from '../chunk/parseEventId.js';
import { finishReasonOf } from '../chunk/readers.js';
import { isRestAfter, parsePosition } from '../chunk/replyPosition.js';

/** The place of a chunk in a reply, relative to the last chunk. */
export type ChunkPlace = 'new' | 'repeated' | 'another reply';

/**
 * The last chunk of a reply and its id, by which a new connection is joined to the earlier ones. The id is the index of
 * the chunk, or its position: the position covers all chunks before it, which may have none.
 */
export class ResumePosition {
  /** The last chunk with an id; undefined if the server sends no ids, so that the rest cannot be requested. */
  #last: { readonly id: EventId; readonly chunk: GeminiChunk } | undefined;
  /** Whether a chunk had no index; then the indices of other chunks do not count either. */
  #isUnindexed = false;
  /** Whether content has arrived after the last position, so that the server would send it again. */
  #isAhead = false;
  /** After a reconnection: whether a chunk may be a repetition, and whether a chunk was one. */
  #mayRepeat = false;
  #isRepeating = false;

  /** The id of the last chunk; undefined if the rest cannot be requested. */
  get lastId(): EventId | undefined {
    return this.#isAhead ? undefined : this.#last?.id;
  }

  /** Whether the server sends ids. */
  get hasId(): boolean {
    return this.#last !== undefined;
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
    // The chunks may be merged in another way than before. A position shows by itself where the chunks begin.
    if (typeof this.#last?.id === 'number' && after !== this.#last.id) this.#isRepeating = true;
  }

  /**
   * Reads the place of a chunk, and moves to the chunk if it is new.
   *
   * @param mayBeFirst - Whether `id`, if it is the first, is the id of a chunk. Frameworks number events by themselves (NestJS
   * from 1, `express-sse` from 0), though their routes cannot resume.
   */
  place(chunk: GeminiChunk, id: EventId | undefined, mayBeFirst: boolean): ChunkPlace {
    const lastId = this.#last?.id;
    if (typeof lastId === 'string' || (typeof id === 'string' && lastId === undefined)) {
      return this.#placeByPosition(chunk, typeof id === 'string' && mayBeFirst ? id : undefined);
    }
    return this.#placeByIndex(chunk, typeof id === 'string' ? undefined : id, mayBeFirst);
  }

  /** @param id - The position of the chunk; undefined for a notice of an operator, and for a piece of a chunk. */
  #placeByPosition(chunk: GeminiChunk, id: string | undefined): ChunkPlace {
    const { chunk: before, id: lastId } = this.#last ?? {};
    if (this.#mayRepeat && before && typeof lastId === 'string') {
      // A chunk without content, such as the end of the plain format, adds nothing that could be doubled.
      if (id === undefined ? hasContent(chunk) : !mayJoin(before, lastId, chunk, id)) return 'another reply';
      this.#mayRepeat = id === undefined;
    }
    if (id === undefined) {
      this.#isAhead ||= hasContent(chunk);
      // A number that follows the unknown id of a foreign server is not an index either.
      this.#isUnindexed ||= !before;
    } else {
      // A reply that still has no chunk. As a new chunk, its position would renew the number of reconnections.
      if (id === lastId && isRestAfter(lastId, id) && isNotice(chunk)) return 'repeated';
      this.#last = { id, chunk };
      this.#isAhead = false;
    }
    return 'new';
  }

  #placeByIndex(chunk: GeminiChunk, id: number | undefined, mayBeFirst: boolean): ChunkPlace {
    const place = this.#mayRepeat ? this.#compare(chunk, id) : 'new';
    if (place !== 'new') return place;
    const isIndex = id !== undefined && (this.#last ? id > Number(this.#last.id) : mayBeFirst);
    this.#isUnindexed ||= !isIndex;
    this.#last = this.#isUnindexed || id === undefined ? undefined : { id, chunk };
    return 'new';
  }

  /** Compares a chunk with the last one, so that a reply that the server generates anew is not joined to this reply. */
  #compare(chunk: GeminiChunk, id: number | undefined): ChunkPlace {
    const last = this.#last;
    if (typeof last?.id !== 'number') return 'new';
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

/** Whether a chunk continues the reply after `last`: positions of `createReplies` show it, others leave it open. */
function mayJoin(last: GeminiChunk, lastId: string, next: GeminiChunk, id: string): boolean {
  return isRestAfter(lastId, id) && (parsePosition(id) !== undefined || mayFollow(last, next));
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
