import { isObject, type Fields } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';
import { isTextTooDeep, maxJsonDepth, tooDeepMessage } from '../errors/jsonDepth.js';
import type { InteractionEvent } from '../interaction/interactionEvent.js';
import { isInteractionEvent } from '../sources/interactions/interactionSseEvent.js';
import { recordingHeader, type EventLine, type RecordingLine } from './recordingLines.js';

/** The error of a recording that cannot be read. */
export class RecordingError extends TypeError {
  /** The limit that the recording exceeds, if any. */
  readonly limit: 'size' | 'depth' | undefined;

  constructor(message: string, limit?: 'size' | 'depth') {
    super(message);
    this.limit = limit;
  }
}

/** The longest line that is read, in UTF-16 units: far above any image, far below the memory of a process. */
const maxLineLength = 64 * 1024 * 1024;

/** Reads the text of a recording, cut anywhere. An invalid line throws an error that names the line. */
export class RecordingReader<E extends EventLine = never> {
  readonly #toLine: ((event: InteractionEvent) => E) | undefined;
  /**
   * The beginning of an incomplete line, in pieces: joining them at each piece would take time proportional to their
   * length.
   */
  #pieces: string[] = [];
  #length = 0;
  /** The number of lines that were read, blank lines included. */
  #count = 0;
  /** The form of the lines, by the first of them. */
  #form: 'lines' | 'events' | undefined;

  /**
   * @param toLine - Makes the line of an event, for a text of the events of an interaction, one JSON object a line. By
   * default, such a text is invalid.
   */
  constructor(toLine?: (event: InteractionEvent) => E) {
    this.#toLine = toLine;
  }

  /** Returns the lines that this text completes. */
  *feed(text: string): Generator<RecordingLine | E, void> {
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
      throw new RecordingError(`${this.#line(1)} is longer than 64 MB, the limit`, 'size');
  }

  /** Returns the last line if it lacks its line break. An incomplete line is dropped: the writer was interrupted. */
  *end(): Generator<RecordingLine | E, void> {
    const line = this.#pieces.join('');
    if (!this.#form || tryParseJson(line) !== undefined) yield* this.#read(line);
    if (!this.#form) throw new RecordingError('The recording is empty');
  }

  *#read(line: string): Generator<RecordingLine | E, void> {
    this.#count += 1;
    if (line.trim() === '') return;
    const value = this.#parse(line);
    if (this.#toLine && this.#form === undefined && 'event_type' in value) this.#form = 'events';
    if (this.#toLine && this.#form === 'events') {
      if (!isInteractionEvent(value)) throw new RecordingError(`${this.#line()} is not an event of an interaction`);
      yield this.#toLine(value);
    } else if (this.#form) {
      if (!isLine(value)) throw new RecordingError(`${this.#line()} is neither a chunk nor an end`);
      yield value;
    } else {
      if (value['recording'] !== 'rxjs-gemini' || value['version'] !== 1) {
        throw new RecordingError(`${this.#line()} is not the first of one: expected ${recordingHeader.trim()}`);
      }
      this.#form = 'lines';
    }
  }

  #parse(line: string): Fields {
    // A line is one level around a chunk.
    if (isTextTooDeep(line, maxJsonDepth + 1)) throw new RecordingError(`${this.#line()} ${tooDeepMessage}`, 'depth');
    const value = tryParseJson(line);
    if (value === undefined) throw new RecordingError(`${this.#line()} is not JSON`);
    if (!isObject(value)) throw new RecordingError(`${this.#line()} is not a JSON object`);
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
