import { createParser, type EventSourceMessage, type ParseError } from 'eventsource-parser';
import { toChunk } from '../chunk/toChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { apiError, errorBodyOf } from '../errors/apiErrorBody.js';
import { GeminiError } from '../errors/geminiError.js';
import { redact } from '../errors/redact.js';

/** The largest event that is read, in UTF-16 units: far above any image, far below what exhausts a process. */
const maxEventSize = 64 * 1024 * 1024;

/** The most that is kept of what is no event; an error's JSON is far smaller. */
const maxBareSize = 1024 * 1024;

/** How often bare lines are tried as JSON before the end: an error's JSON closes twice, a hostile body at every line. */
const maxBareTries = 20;

/**
 * Reads the text of an event stream: chunks go to `onChunk`, everything that is none is thrown as a `GeminiError`.
 *
 * Keep-alive comments, `id:` and `event:` lines, empty events and `[DONE]` mean nothing to Gemini's protocol. An error
 * comes as an event, or as a body of bare JSON between the events or after them.
 */
export class EventReader {
  readonly #onChunk: (chunk: GeminiChunk) => void;
  /** Lines that are not of an event stream, so far: perhaps the beginning of an error's JSON. */
  #bare = '';
  #bareTries = 0;
  #isAtEnd = false;
  /** Whether the text so far ends with a CR, to which an LF may still come. */
  #endsWithCr = false;
  readonly #parser = createParser({
    onEvent: (event) => {
      this.#onEvent(event);
    },
    onError: (error) => {
      this.#onError(error);
    },
    maxBufferSize: maxEventSize,
  });

  constructor(onChunk: (chunk: GeminiChunk) => void) {
    this.#onChunk = onChunk;
  }

  /** Reads more text. */
  feed(text: string): void {
    if (text === '') return;
    const rest = this.#endsWithCr && text.startsWith('\n') ? text.slice(1) : text;
    this.#endsWithCr = rest.endsWith('\r');
    // The parser would hold an event that ends with a CR back until it knows what follows.
    this.#parser.feed(this.#endsWithCr ? `${rest}\n` : rest);
  }

  /** Says that no more text comes. The last event may lack its blank line, and may be half of one. */
  end(): void {
    this.#isAtEnd = true;
    this.#parser.feed('\n\n');
    if (this.#bare !== '') throw this.#notAnEvent();
  }

  #onEvent({ event, data }: EventSourceMessage): void {
    if (this.#bare !== '') throw this.#notAnEvent();
    if (data === '[DONE]' || (data === '' && !this.#isAtEnd)) return;
    const response = parseJson(data);
    if (response === undefined) throw this.#notJson(data);
    const error = errorBodyOf(response) ?? (event === 'error' ? { message: data } : undefined);
    if (error) throw apiError(error, {});
    this.#onChunk(chunkOf(response, data));
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
    const body = errorBodyOf(json);
    if (body) return apiError(body, {});
    const isHalf = this.#isAtEnd && json === undefined && isBeginning(this.#bare.trim());
    return isHalf ? brokenOff() : notTheProtocol(this.#bare);
  }

  #notJson(data: string): GeminiError {
    return this.#isAtEnd ? brokenOff() : notTheProtocol(data);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a text that was cut off may be the beginning of JSON, or of a field's name. */
function isBeginning(text: string): boolean {
  return /^[[{]/.test(text) || ['data', 'event', 'retry', 'id'].some((field) => field.startsWith(text));
}

function chunkOf(response: unknown, data: string): GeminiChunk {
  if (typeof response !== 'object' || response === null || Array.isArray(response)) throw notTheProtocol(data);
  return toChunk(response);
}

function brokenOff(): GeminiError {
  return new GeminiError('The reply broke off in the middle of an event', { kind: 'truncated' });
}

function notTheProtocol(text: string): GeminiError {
  const quoted = redact(text.trim().slice(0, 80));
  return new GeminiError(`Expected an event of Gemini's stream, got '${quoted}'`, { kind: 'protocol' });
}

function tooLarge(): GeminiError {
  const megabytes = String(maxEventSize / 1024 / 1024);
  return new GeminiError(`An event is larger than ${megabytes} MB, the limit`, { kind: 'overflow' });
}
