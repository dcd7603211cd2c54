import type { Subscriber } from 'rxjs';
import { finishReasonAfter } from '../chunk/finishReasonAfter.js';
import { isEmptyChunk } from '../chunk/emptyChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { EventId } from '../chunk/parseEventId.js';
import { blockReasonOf } from '../chunk/readers.js';
import { parsePosition } from '../chunk/replyPosition.js';
import { toChunk } from '../chunk/toChunk.js';
import { wasCutShort } from '../chunk/wasCutShort.js';
import { GeminiError } from '../errors/geminiError.js';
import type { WireContent } from './wireContent.js';
import { ResumePosition } from './resumePosition.js';

/**
 * One reply over all its connections: emits the new content of a server's events, and decides where the reply ends and
 * whether another connection may send the rest.
 */
export class ReceivedReply {
  readonly #position = new ResumePosition();
  /** Whether the reply has ended, or failed in a way that no other connection can repair. */
  #isOver = false;
  /** Whether a sink of this library sends the reply: the ids belong to chunks, and the reply ends with an event. */
  #isOfSink = false;
  #isText = false;
  #finishReason: string | undefined;
  /** Whether the reply is whole without a finish reason: the prompt was blocked, or the server cancelled or stopped it. */
  #isCut = false;
  #hasChunk = false;

  /** Whether the server writes the plain format. */
  get isText(): boolean {
    return this.#isText;
  }

  /** Whether a sink of this library sends the reply. */
  get isOfSink(): boolean {
    return this.#isOfSink;
  }

  /** Whether a chunk has arrived. */
  get hasChunk(): boolean {
    return this.#hasChunk;
  }

  /** The id that asks for the rest; undefined if the reply cannot be resumed. */
  get lastEventId(): EventId | undefined {
    return this.#isOver ? undefined : this.#position.lastId;
  }

  /** Whether the end of a connection may be the end of the reply: without ids, and not of a sink, which sends its end. */
  get mayEnd(): boolean {
    return this.#isFinished && !this.#position.hasId && !this.#isOfSink;
  }

  get #isFinished(): boolean {
    return this.#isCut || this.#finishReason !== undefined;
  }

  /** Begins the events of a new connection. */
  open(): void {
    this.#position.reconnect();
  }

  /** Marks the reply as one of a sink, which begins after the index `after`; undefined for a whole reply. */
  announce(after: number | undefined): void {
    this.#isOfSink = true;
    this.#position.announce(after);
  }

  /**
   * Emits the content of an event to `destination` if the content is new.
   *
   * @throws GeminiError - The error in the content, or that of a server that continues with another reply.
   */
  take(
    { chunk, isText, isEnd, error }: WireContent,
    id: EventId | undefined,
    destination: Subscriber<GeminiChunk>,
  ): void {
    if (isText) this.#isText = true;
    if (chunk) this.#emit(chunk, id, destination);
    if (error) throw this.final(error);
    if (!isEnd) return;
    if (this.#position.isRepeating) throw this.final(anotherReply());
    // A reader of chunks takes a reply without a finish reason as truncated.
    if (this.#isText && !this.#isFinished) destination.next(toChunk({ candidates: [{ finishReason: 'STOP' }] }));
    destination.complete();
  }

  /** Returns an error after which no other connection is tried. */
  final(error: GeminiError): GeminiError {
    this.#isOver = true;
    return error;
  }

  #emit(chunk: GeminiChunk, id: EventId | undefined, destination: Subscriber<GeminiChunk>): void {
    // Indices begin with 0, unless a sink has merged the first chunks. The plain format is written by hand in many
    // places: its ids count only in the stream of a sink.
    const isKnown = id === 0 || (typeof id === 'string' && parsePosition(id) !== undefined);
    const mayBeFirst = this.#isOfSink || (isKnown && !this.#isText);
    const place = this.#position.place(chunk, id, mayBeFirst);
    if (place === 'another reply') throw this.final(anotherReply());
    if (place === 'repeated') return;
    this.#hasChunk = true;
    // The chunk was sent for its position alone.
    if (typeof id === 'string' && mayBeFirst && isEmptyChunk(chunk)) return;
    this.#finishReason = finishReasonAfter(this.#finishReason, chunk);
    this.#isCut ||= wasCutShort(chunk) || blockReasonOf(chunk) !== undefined;
    destination.next(chunk);
  }
}

function anotherReply(): GeminiError {
  const message = 'The reply broke off, and the server continued with another one';
  return new GeminiError(message, { kind: 'truncated' });
}
