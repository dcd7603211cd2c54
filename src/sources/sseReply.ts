import type { Subscriber } from 'rxjs';
import { finishReasonAfter } from '../chunk/finishReasonAfter.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { parseEventId } from '../chunk/parseEventId.js';
import { blockReasonOf } from '../chunk/readers.js';
import { toChunk } from '../chunk/toChunk.js';
import { wasCutShort } from '../chunk/wasCutShort.js';
import { GeminiError } from '../errors/geminiError.js';
import { safeExcerpt } from '../errors/safeExcerpt.js';
import type { Opening } from '../chunk/openingComment.js';
import type { ServerSentEvent } from './eventReader.js';
import { isHeartbeat } from './geminiEvent.js';
import { ResumePosition } from './resumePosition.js';
import { sseEvent } from './sseEvent.js';

/**
 * One reply over all its connections: detects the format of the stream and the end of the reply, and decides whether
 * another connection may send the rest.
 */
export class SseReply {
  /** The wait before the next connection that the server asks for, in ms. */
  retryDelay: number | undefined;
  readonly #position = new ResumePosition();
  /** Whether the reply has ended, or failed in a way that no other connection can repair. */
  #isOver = false;
  /** Whether the server writes the format of the sinks, in which the reply ends with a `done` or an `error` event. */
  #isOfSink = false;
  /** Whether the server writes the plain format. */
  #isText = false;
  #finishReason: string | undefined;
  /** Whether the reply is whole without a finish reason: the prompt was blocked, or the server cancelled or stopped it. */
  #isCut = false;
  #hasChunk = false;
  /** The type of the first event that was ignored. */
  #ignoredType: string | undefined;

  /** The `Last-Event-ID` that asks for the rest; undefined if the reply cannot be resumed. */
  get lastEventId(): number | undefined {
    return this.#isOver ? undefined : this.#position.lastId;
  }

  /** Whether the reply is whole so far, for a server that marks the end by a finish reason only. */
  get #isFinished(): boolean {
    return this.#isCut || this.#finishReason !== undefined;
  }

  /** Begins the events of a new connection. */
  open(): void {
    this.#position.reconnect();
  }

  /**
   * Reads the opening comment of a sink: the ids are indices, the end is an event, and the reply begins after the index
   * `after`.
   */
  announce({ after }: Opening): void {
    this.#isOfSink = true;
    this.#position.announce(after);
  }

  /** Reads an event, and emits its content to `destination` if the content is new. */
  read(event: ServerSentEvent, destination: Subscriber<GeminiChunk>): void {
    if (isIgnored(event)) this.#ignoredType ??= event.type;
    const { chunk, isText, isEnd, error } = sseEvent(event, this.#isOfSink || this.#isText);
    if (isText) this.#isText = true;
    if (chunk) this.#emit(chunk, parseEventId(event.id), destination);
    if (error) throw this.#final(error);
    if (!isEnd) return;
    if (this.#position.isRepeating) throw this.#final(anotherReply());
    // A reader of chunks takes a reply without a finish reason as truncated.
    if (this.#isText && !this.#isFinished) destination.next(toChunk({ candidates: [{ finishReason: 'STOP' }] }));
    destination.complete();
  }

  /** Ends the events of a connection that the server closed; throws unless this may be the end of the reply. */
  end(): void {
    if (this.#isFinished && this.#position.lastId === undefined && !this.#isOfSink) return;
    if (this.#ignoredType !== undefined && !this.#hasChunk) throw this.#final(ignoredError(this.#ignoredType));
    throw new GeminiError('The connection was closed before the reply was whole', { kind: 'truncated' });
  }

  #emit(chunk: GeminiChunk, id: number | undefined, destination: Subscriber<GeminiChunk>): void {
    // Indices begin with 0, unless a sink has merged the first chunks. The plain format is written by hand in many
    // places: its ids count only in the stream of a sink.
    const mayBeFirst = this.#isOfSink || (id === 0 && !this.#isText);
    const place = this.#position.place(chunk, id, mayBeFirst);
    if (place === 'another reply') throw this.#final(anotherReply());
    if (place === 'repeated') return;
    this.#hasChunk = true;
    this.#finishReason = finishReasonAfter(this.#finishReason, chunk);
    this.#isCut ||= wasCutShort(chunk) || blockReasonOf(chunk) !== undefined;
    destination.next(chunk);
  }

  /** An error after which no other connection is tried. */
  #final(error: GeminiError): GeminiError {
    this.#isOver = true;
    return error;
  }
}

/** Whether an event with data is ignored, because its name is not one of a known format. */
function isIgnored({ type, data }: ServerSentEvent): boolean {
  return data !== '' && type !== undefined && !['message', 'error', 'done'].includes(type) && !isHeartbeat(type);
}

/** The error of a stream all of whose events were ignored. */
function ignoredError(type: string): GeminiError {
  const name = safeExcerpt(type).slice(0, 40);
  return new GeminiError(`Expected events of a reply, got only others, the first of which is of the type '${name}'`, {
    kind: 'protocol',
  });
}

function anotherReply(): GeminiError {
  const message = 'The reply broke off, and the server continued with another one';
  return new GeminiError(message, { kind: 'truncated' });
}
