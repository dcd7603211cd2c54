import { isObject, type Fields } from '../rx/isObject.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiResponse } from '../chunk/response.js';
import { isTextTooDeep, maxJsonDepth, toBoundedJson, tooDeepMessage } from '../errors/jsonDepth.js';

/** The first line of a recording. */
export const recordingHeader = '{"recording":"rxjs-gemini","version":1}\n';

/** A line below the first. `t` is the time since the subscription, in ms. Nothing comes after one with an `end`. */
export type RecordingLine =
  | { readonly t: number; readonly chunk: GeminiResponse; readonly end?: undefined }
  | { readonly t: number; readonly end: 'complete' | 'cancelled' }
  | { readonly t: number; readonly end: 'error'; readonly error: RecordedError };

/** The public form of the error that ended a reply. */
export interface RecordedError {
  readonly kind: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The line of a chunk. */
export function chunkLine(t: number, chunk: GeminiChunk): string {
  return `{"t":${String(t)},"chunk":${toBoundedJson(chunk, 'A chunk')}}\n`;
}

/** The last line: how the reply ended. */
export function endLine(
  t: number,
  ending: { end: 'complete' | 'cancelled' } | { end: 'error'; error: object },
): string {
  return `${JSON.stringify({ t, ...ending })}\n`;
}

/** What is wrong with a recording, in a sentence. */
export class BrokenRecording extends TypeError {
  /** The limit that the recording exceeds; undefined if it cannot be read. */
  readonly limit: 'size' | 'depth' | undefined;

  constructor(message: string, limit?: 'size' | 'depth') {
    super(message);
    this.limit = limit;
  }
}

/** The longest line that is read, in UTF-16 units: far above any image, far below what exhausts a process. */
const maxLineLength = 64 * 1024 * 1024;

/** Reads the text of a recording, cut anywhere. A line that is none of a recording throws, and the error says which. */
export class RecordingReader {
  /** The beginning of a line whose end has not come, in pieces: joining them each time would cost their length. */
  #pieces: string[] = [];
  #length = 0;
  /** How many lines were read, blank ones included. */
  #count = 0;
  #hasHeader = false;

  /** The lines that this text completes. */
  *feed(text: string): Generator<RecordingLine, void> {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = this.#pieces.join('') + text.slice(start, end);
      start = end + 1;
      this.#pieces = [];
      this.#length = 0;
      yield* this.#read(line);
    }
    if (start < text.length) this.#pieces.push(text.slice(start));
    this.#length += text.length - start;
    if (this.#length > maxLineLength)
      throw new BrokenRecording(`${this.#line(1)} is longer than 64 MB, the limit`, 'size');
  }

  /** The last line, where it lacks its line break; half a line is none: whoever wrote it was cut off. */
  *end(): Generator<RecordingLine, void> {
    const line = this.#pieces.join('');
    if (!this.#hasHeader || isJson(line)) yield* this.#read(line);
    if (!this.#hasHeader) throw new BrokenRecording('The recording is empty');
  }

  *#read(line: string): Generator<RecordingLine, void> {
    this.#count += 1;
    if (line.trim() === '') return;
    const value = this.#parse(line);
    if (this.#hasHeader) {
      if (!isLine(value)) throw new BrokenRecording(`${this.#line()} is neither a chunk nor an end`);
      yield value;
    } else {
      if (value['recording'] !== 'rxjs-gemini' || value['version'] !== 1) {
        throw new BrokenRecording(`${this.#line()} is not the first of one: expected ${recordingHeader.trim()}`);
      }
      this.#hasHeader = true;
    }
  }

  #parse(line: string): Fields {
    // A line adds one level around an event.
    if (isTextTooDeep(line, maxJsonDepth + 1)) throw new BrokenRecording(`${this.#line()} ${tooDeepMessage}`, 'depth');
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new BrokenRecording(`${this.#line()} is not JSON`);
    }
    if (!isObject(value)) throw new BrokenRecording(`${this.#line()} is not a JSON object`);
    return value;
  }

  #line(ahead = 0): string {
    return `Line ${String(this.#count + ahead)} of the recording`;
  }
}

function isLine(value: Fields): value is Fields & RecordingLine {
  const { t, chunk, end, error } = value;
  if (typeof t !== 'number' || t < 0) return false;
  if (end === undefined) return isObject(chunk);
  return end === 'complete' || end === 'cancelled' || (end === 'error' && isRecordedError(error));
}

function isRecordedError(value: unknown): boolean {
  return isObject(value) && typeof value['kind'] === 'string' && typeof value['message'] === 'string';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
