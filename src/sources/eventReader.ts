import { createParser, type EventSourceMessage, type EventSourceParser, type ParseError } from 'eventsource-parser';
import { errorFromBody } from '../errors/apiFailure.js';
import { findErrorBody } from '../errors/findErrorBody.js';
import { GeminiError } from '../errors/geminiError.js';
import { brokenOff, notTheProtocol } from './brokenStream.js';
import { parseJson } from './parseJson.js';
import { notAResponse } from './responseShape.js';

/** An event of a stream, as it came. */
export interface WireEvent {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly data: string;
  /** Whether the stream ended with it, so that it may be half of one. */
  readonly isLast: boolean;
}

/** Whether an event says nothing. A last one is not empty, but broken off. */
export function isEmptyEvent({ data, isLast }: WireEvent): boolean {
  return data === '' && !isLast;
}

/** The handlers of a reader; an error that they throw goes to the caller of `feed`. */
export interface EventHandlers {
  readonly onEvent: (event: WireEvent) => void;
  /** Is told how long the server wants a reader to wait before it connects again, in ms. */
  readonly onRetry?: (delay: number) => void;
  /** Called with each comment, without its colon. */
  readonly onComment?: (comment: string) => void;
}

/** The largest event that is read, in bytes: far above any image, far below what exhausts a process. */
const maxEventSize = 64 * 1024 * 1024;

/** The most that is kept of what is no event; an error's JSON is far smaller. */
const maxBareSize = 1024 * 1024;

/**
 * The most tries to read bare lines as JSON before the end: an error's JSON closes twice, a hostile body at every line.
 */
const maxBareTries = 20;

/**
 * Reads the text of an event stream: events go to `onEvent`, everything that is none is thrown as a `GeminiError`.
 *
 * Gemini's errors come as an event, or as a body of bare JSON between the events or after them.
 */
export class EventReader {
  readonly #onEvent: (event: WireEvent) => void;
  /** Lines that are not of an event stream, so far: perhaps the beginning of an error's JSON. */
  #bare = '';
  #bareTries = 0;
  /** The bytes since the last event or blank line: at least those of the event that is being read. */
  #eventSize = 0;
  #isAtEnd = false;
  /** Whether the text so far ends with a CR, to which an LF may still come. */
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
   * @param size - Its size on the wire, in bytes.
   */
  feed(text: string, size = text.length): void {
    if (text === '') return;
    this.#eventSize += size;
    const rest = this.#endsWithCr && text.startsWith('\n') ? text.slice(1) : text;
    this.#endsWithCr = rest.endsWith('\r');
    // The parser would hold an event that ends with a CR back until it knows what follows.
    this.#parser.feed(this.#endsWithCr ? `${rest}\n` : rest);
    if (hasBlankLine(text)) this.#eventSize = 0;
    // The parser counts characters, and of many short lines only the text in them.
    if (this.#eventSize > maxEventSize) throw tooLarge();
  }

  /** Says that no more text comes. The last event may lack its blank line, and may be half of one. */
  end(): void {
    this.#isAtEnd = true;
    this.#parser.feed('\n\n');
    if (this.#bare !== '') throw this.#notAnEvent();
  }

  #onMessage({ id, event: type, data }: EventSourceMessage): void {
    if (this.#bare !== '') throw this.#notAnEvent();
    this.#eventSize = 0;
    this.#onEvent({ id, type, data, isLast: this.#isAtEnd });
  }

  #onError({ type, line = '' }: ParseError): void {
    if (type === 'max-buffer-size-exceeded') throw tooLarge();
    if (type !== 'unknown-field') return;
    const isFirst = this.#bare === '';
    this.#bare += `${line}\n`;
    if ((isFirst && !/^\s*[[{]/.test(line)) || this.#bare.length > maxBareSize) throw this.#notAnEvent();
    // Both forms of an error's JSON, on one line and indented, end with a bracket that closes the first.
    const mayClose = /^[\]}]$|^\{.*\}$|^\[.*\]$/.test(line.trimEnd()) && this.#bareTries++ < maxBareTries;
    if (mayClose && parseJson(this.#bare) !== undefined) throw this.#notAnEvent();
  }

  /** The error that bare lines amount to. */
  #notAnEvent(): GeminiError {
    const json = parseJson(this.#bare);
    const body = findErrorBody(json);
    if (body) return errorFromBody(body, {});
    if (json !== undefined) return notAResponse(json);
    const isHalf = this.#isAtEnd && isBeginning(this.#bare.trim());
    return isHalf ? brokenOff() : notTheProtocol(this.#bare);
  }
}

/** Whether a text that was cut off may be the beginning of JSON, or of a field's name. */
function isBeginning(text: string): boolean {
  return /^[[{]/.test(text) || ['data', 'event', 'retry', 'id'].some((field) => field.startsWith(text));
}

/** Whether an event surely ends in a text; one that ends between two texts is seen when it is handed over. */
function hasBlankLine(text: string): boolean {
  return text.includes('\n\n') || (text.includes('\r') && /\r\n\r|\r\r/.test(text));
}

function tooLarge(): GeminiError {
  const megabytes = String(maxEventSize / 1024 / 1024);
  return new GeminiError(`An event is larger than ${megabytes} MB, the limit`, { kind: 'overflow', limit: 'size' });
}
