import type { Subscriber } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { blockReasonOf, finishReasonOf } from '../chunk/readers.js';
import { toChunk } from '../chunk/toChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import type { WireEvent } from './eventReader.js';
import { sseEvent } from './sseEvent.js';

/** One reply over all its connections: what of it came, and whether another connection may bring the rest. */
export class SseReply {
  /** The last chunk and its index; undefined where the server gives none, so that nothing can be asked for by it. */
  #last: { readonly id: number; readonly chunk: GeminiChunk } | undefined;
  /** After a new connection: whether a chunk may be one that came already, and whether one was. */
  #mayRepeat = false;
  #isRepeating = false;
  /** Whether the server has said its last word, or the wrong one. */
  #isOver = false;
  /** Whether the reply is whole so far, to a server that says so by a finish reason only. */
  #isFinished = false;
  #isText = false;

  /** What `Last-Event-ID` has to be for the rest; undefined if there is no asking for it. */
  get lastEventId(): number | undefined {
    return this.#isOver ? undefined : this.#last?.id;
  }

  /** Says that a connection is there. */
  open(): void {
    this.#mayRepeat = this.#last !== undefined;
    this.#isRepeating = false;
  }

  /** Reads an event; what is new goes to `destination`. */
  read(event: WireEvent, destination: Subscriber<GeminiChunk>): void {
    const { chunk, isText, isEnd, error } = sseEvent(event);
    if (error) throw this.#final(error);
    if (isText) this.#isText = true;
    if (chunk) this.#emit(chunk, indexOf(event), destination);
    if (!isEnd) return;
    if (this.#isRepeating) throw this.#final(anotherReply());
    // To what reads chunks, a reply without a finish reason is not whole.
    if (this.#isText && !this.#isFinished) destination.next(toChunk({ candidates: [{ finishReason: 'STOP' }] }));
    destination.complete();
  }

  /** Says that the connection was closed; throws unless that may be the end of the reply. */
  end(): void {
    if (this.#isFinished && !this.#last) return;
    throw new GeminiError('The connection was closed before the reply was whole', { kind: 'truncated' });
  }

  #emit(chunk: GeminiChunk, id: number | undefined, destination: Subscriber<GeminiChunk>): void {
    if (this.#mayRepeat && !this.#isNew(chunk, id)) return;
    this.#last = id === undefined ? undefined : { id, chunk };
    this.#isFinished = isFinish(chunk) || (this.#isFinished && !hasContent(chunk));
    destination.next(chunk);
  }

  /**
   * Whether a chunk had not come before. A server that makes the reply anew, instead of sending the same one again,
   * is not spliced into it.
   */
  #isNew(chunk: GeminiChunk, id: number | undefined): boolean {
    const last = this.#last;
    if (!last) return true;
    if (id !== undefined && id < last.id) {
      this.#isRepeating = true;
      return false;
    }
    const isSame = id === last.id ? isSameChunk(last.chunk, chunk) : !this.#isRepeating && mayFollow(last.chunk, chunk);
    if (id === undefined || !isSame) throw this.#final(anotherReply());
    this.#mayRepeat = false;
    this.#isRepeating = false;
    return id > last.id;
  }

  /** An error after which no other connection is tried. */
  #final(error: GeminiError): GeminiError {
    this.#isOver = true;
    return error;
  }
}

function indexOf({ id }: WireEvent): number | undefined {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

function isFinish(chunk: GeminiChunk): boolean {
  return finishReasonOf(chunk) !== undefined || blockReasonOf(chunk) !== undefined;
}

/** Annotations aside: the time that something took is another each time. */
function isSameChunk(a: GeminiChunk, b: GeminiChunk): boolean {
  return a.responseId === b.responseId && JSON.stringify(a.candidates) === JSON.stringify(b.candidates);
}

/** A reply may be of several responses, but not change from one to the next before that is finished. */
function mayFollow(last: GeminiChunk, next: GeminiChunk): boolean {
  const isKnown = last.responseId !== undefined && next.responseId !== undefined;
  return !isKnown || last.responseId === next.responseId || isFinish(last);
}

function anotherReply(): GeminiError {
  const message = 'The reply broke off, and the server went on with another one';
  return new GeminiError(message, { kind: 'truncated' });
}
