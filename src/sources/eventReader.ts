import { createParser, type EventSourceMessage, type EventSourceParser, type ParseError } from 'eventsource-parser';
import { GeminiError } from '../errors/geminiError.js';
import { StrayLines } from './strayLines.js';

/** An event of a stream, before its data is read. */
export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly data: string;
  /** Whether the stream ended with this event, so that the event may be incomplete. */
  readonly isLast: boolean;
}

/** Whether an event has no data. The last event of a stream is not empty, but truncated. */
export function isEmptyEvent({ data, isLast }: ServerSentEvent): boolean {
  return data === '' && !isLast;
}

/** The handlers of a reader; an error that a handler throws is thrown to the caller of `feed`. */
export interface EventHandlers {
  readonly onEvent: (event: ServerSentEvent) => void;
  /** Called with the wait before the next connection that the server asks for, in ms. */
  readonly onRetry?: (delay: number) => void;
  /** Called with each comment, without its colon. */
  readonly onComment?: (comment: string) => void;
}

/** The largest event that is read, in bytes: far above any image, far below the memory of a process. */
const maxEventSize = 64 * 1024 * 1024;

/**
 * Reads the text of an event stream: events go to `onEvent`, any other lines are thrown as a `GeminiError`.
 *
 * Gemini's errors arrive as an event, or as bare JSON between the events or after them.
 */
export class EventReader {
  readonly #onEvent: (event: ServerSentEvent) => void;
  readonly #stray = new StrayLines();
  /** The bytes since the last event or blank line: at least the bytes of the open event. */
  #eventSize = 0;
  #isAtEnd = false;
  /** Whether the text so far ends with a CR, which an LF may still follow. */
  #endsWithCr = false;
  readonly #parser: EventSourceParser;

  constructor({ onEvent, onRetry, onComment }: EventHandlers) {
    this.#onEvent = onEvent;
    this.#parser = createParser({
      onEvent: (message) => {
        this.#onMessage(message);
      },
      onError: (error) => {
        this.#onError(error);
      },
      onRetry,
      onComment,
      maxBufferSize: maxEventSize,
    });
  }

  /**
   * Reads more text.
   *
   * @param size - The size of the text on the wire, in bytes.
   */
  feed(text: string, size = text.length): void {
    if (text === '') return;
    this.#eventSize += size;
    const rest = this.#endsWithCr && text.startsWith('\n') ? text.slice(1) : text;
    this.#endsWithCr = rest.endsWith('\r');
    // The parser would hold an event that ends with a CR until it has seen the next character.
    this.#parser.feed(this.#endsWithCr ? `${rest}\n` : rest);
    if (hasBlankLine(text)) this.#eventSize = 0;
    // The parser counts characters, not bytes, and only the data of its lines.
    if (this.#eventSize > maxEventSize) throw sizeError();
  }

  /** Reads the last event, which may lack its blank line, and may be incomplete. */
  end(): void {
    this.#isAtEnd = true;
    this.#parser.feed('\n\n');
    this.#stray.assertNone(true);
  }

  #onMessage({ id, event: type, data }: EventSourceMessage): void {
    this.#stray.assertNone(this.#isAtEnd);
    this.#eventSize = 0;
    this.#onEvent({ id, type, data, isLast: this.#isAtEnd });
  }

  #onError({ type, line = '' }: ParseError): void {
    if (type === 'max-buffer-size-exceeded') throw sizeError();
    if (type === 'unknown-field') this.#stray.add(line, this.#isAtEnd);
  }
}

/** Whether an event certainly ends in a text; an event that ends between two texts is noticed when it is emitted. */
function hasBlankLine(text: string): boolean {
  return text.includes('\n\n') || (text.includes('\r') && /\r\n\r|\r\r/.test(text));
}

function sizeError(): GeminiError {
  const megabytes = String(maxEventSize / 1024 / 1024);
  return new GeminiError(`An event is larger than ${megabytes} MB, the limit`, { kind: 'overflow', limit: 'size' });
}
