import type { Subscriber } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { Opening } from '../chunk/openingComment.js';
import { readEventId, type EventId } from '../chunk/parseEventId.js';
import { GeminiError } from '../errors/geminiError.js';
import { safeExcerpt } from '../errors/safeExcerpt.js';
import type { ServerSentEvent } from './eventReader.js';
import { isHeartbeat } from './geminiEvent.js';
import { ReceivedReply } from './receivedReply.js';
import { sseEvent } from './sseEvent.js';

/** One reply over all its event streams. */
export class SseReply {
  /** The wait before the next connection that the server asks for, in ms. */
  retryDelay: number | undefined;
  readonly #received = new ReceivedReply();
  /** The type of the first event that was ignored. */
  #ignoredType: string | undefined;

  /** The `Last-Event-ID` that asks for the rest; undefined if the reply cannot be resumed. */
  get lastEventId(): EventId | undefined {
    return this.#received.lastEventId;
  }

  /** Begins the events of a new connection. */
  open(): void {
    this.#received.open();
  }

  /** Reads the opening comment of a sink. */
  announce({ after }: Opening): void {
    this.#received.announce(after);
  }

  /** Reads an event, and emits its content to `destination` if the content is new. */
  read(event: ServerSentEvent, destination: Subscriber<GeminiChunk>): void {
    if (isIgnored(event)) this.#ignoredType ??= event.type;
    const content = sseEvent(event, this.#received.isOfSink || this.#received.isText);
    this.#received.take(content, readEventId(event.id), destination);
  }

  /** Ends the events of a connection that the server closed; throws unless this may be the end of the reply. */
  end(): void {
    if (this.#received.mayEnd) return;
    if (this.#ignoredType !== undefined && !this.#received.hasChunk)
      throw this.#received.final(ignoredError(this.#ignoredType));
    throw new GeminiError('The connection was closed before the reply was whole', { kind: 'truncated' });
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
