import type { Subscriber } from 'rxjs';
import { candidateFinishAfter } from '../chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { blockReasonOf, candidateOf, finishReasonOf } from '../chunk/readers.js';
import { toChunk } from '../chunk/toChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { safeExcerpt } from '../errors/safeExcerpt.js';
import type { Opening } from '../chunk/openingComment.js';
import type { WireEvent } from './eventReader.js';
import { isHeartbeat } from './geminiEvent.js';
import { sseEvent } from './sseEvent.js';

/** One reply over all its connections: what of it came, and whether another connection may bring the rest. */
export class SseReply {
  /** The wait that the server asks for before the next connection, in ms. */
  retryDelay: number | undefined;
  /** The last chunk and its index; undefined where the server gives none, so that nothing can be asked for by it. */
  #last: { readonly id: number; readonly chunk: GeminiChunk } | undefined;
  /** Whether there was a chunk that had no index: then others are not either. */
  #isUnindexed = false;
  /** After a new connection: whether a chunk may be one that came already, and whether one was. */
  #mayRepeat = false;
  #isRepeating = false;
  /** Whether the server has said its last word, or the wrong one. */
  #isOver = false;
  /** Whether the server writes the format of the sinks, which has an end of its own. */
  #isOfSink = false;
  #finishReason: string | undefined;
  /** Whether the reply is whole without a finish reason: the prompt was blocked, or the server's side cut it short. */
  #isCut = false;
  #isText = false;
  #hasChunk = false;
  /** The type of the first event that was passed over. */
  #foreign: string | undefined;

  /** The `Last-Event-ID` that asks for the rest; undefined if the reply cannot be resumed. */
  get lastEventId(): number | undefined {
    return this.#isOver ? undefined : this.#last?.id;
  }

  /** Whether the reply is whole so far, for a server that marks the end by a finish reason only. */
  get #isFinished(): boolean {
    return this.#isCut || this.#finishReason !== undefined;
  }

  /** Notes that a connection is there. */
  open(): void {
    this.#mayRepeat = this.#last !== undefined;
    this.#isRepeating = false;
  }

  /**
   * Reads how a sink opens its stream: its ids are indices, its end is an event, and it has the index after which it
   * begins.
   */
  hear({ after }: Opening): void {
    this.#isOfSink = true;
    // Asked for the rest, it sends all, perhaps merged otherwise than before.
    if (this.#last && after !== this.#last.id) this.#isRepeating = true;
  }

  /** Reads an event; what is new goes to `destination`. */
  read(event: WireEvent, destination: Subscriber<GeminiChunk>): void {
    if (isForeign(event)) this.#foreign ??= event.type;
    const { chunk, isText, isEnd, error } = sseEvent(event, this.#isOfSink || this.#isText);
    if (isText) this.#isText = true;
    if (chunk) this.#emit(chunk, indexOf(event), destination);
    if (error) throw this.#final(error);
    if (!isEnd) return;
    if (this.#isRepeating) throw this.#final(anotherReply());
    // To what reads chunks, a reply without a finish reason is not whole.
    if (this.#isText && !this.#isFinished) destination.next(toChunk({ candidates: [{ finishReason: 'STOP' }] }));
    destination.complete();
  }

  /** Notes that the connection was closed; throws unless that may be the end of the reply. */
  end(): void {
    if (this.#isFinished && !this.#last && !this.#isOfSink) return;
    if (this.#foreign !== undefined && !this.#hasChunk) throw this.#final(otherEvents(this.#foreign));
    throw new GeminiError('The connection was closed before the reply was whole', { kind: 'truncated' });
  }

  #emit(chunk: GeminiChunk, id: number | undefined, destination: Subscriber<GeminiChunk>): void {
    if (this.#mayRepeat && !this.#isNew(chunk, id)) return;
    this.#hasChunk = true;
    this.#isUnindexed ||= !this.#isIndex(id);
    this.#last = this.#isUnindexed || id === undefined ? undefined : { id, chunk };
    this.#finishReason = candidateFinishAfter(this.#finishReason, candidateOf(chunk) ?? {});
    this.#isCut ||= (blockReasonOf(chunk) ?? chunk.cancelled ?? chunk.stopped) !== undefined;
    destination.next(chunk);
  }

  /**
   * Whether an id is the index of a chunk. Frameworks number events by themselves (NestJS from 1, `express-sse` from 0),
   * though their route cannot resume: indices begin with 0, unless a sink has merged the first chunks, and grow; those of
   * the plain format, which is written by hand in many places, count only where a sink has opened the stream.
   */
  #isIndex(id: number | undefined): boolean {
    if (id === undefined) return false;
    return this.#last ? id > this.#last.id : this.#isOfSink || (id === 0 && !this.#isText);
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

/** Whether an event with data is passed over, because it has a name that no format of ours has. */
function isForeign({ type, data }: WireEvent): boolean {
  return data !== '' && type !== undefined && !['message', 'error', 'done'].includes(type) && !isHeartbeat(type);
}

/** The error of a stream all of whose events were passed over. */
function otherEvents(type: string): GeminiError {
  const name = safeExcerpt(type).slice(0, 40);
  return new GeminiError(`Expected events of a reply, got only others, the first of which is of the type '${name}'`, {
    kind: 'protocol',
  });
}

function indexOf({ id }: WireEvent): number | undefined {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

/** Annotations aside: the time that something took is another each time. */
function isSameChunk(a: GeminiChunk, b: GeminiChunk): boolean {
  return a.responseId === b.responseId && JSON.stringify(a.candidates) === JSON.stringify(b.candidates);
}

/** A reply may be of several responses, but not change from one to the next before that is finished. */
function mayFollow(last: GeminiChunk, next: GeminiChunk): boolean {
  const isKnown = last.responseId !== undefined && next.responseId !== undefined;
  return !isKnown || last.responseId === next.responseId || finishReasonOf(last) !== undefined;
}

function anotherReply(): GeminiError {
  const message = 'The reply broke off, and the server went on with another one';
  return new GeminiError(message, { kind: 'truncated' });
}
