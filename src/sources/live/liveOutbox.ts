import { GeminiError } from '../../errors/geminiError.js';
import type { LiveInput } from '../../live/liveInput.js';
import type { LiveLine } from './connectLive.js';

/** The most bytes that contents and tool responses may wait with: they are never dropped. */
const maxKept = 64 * 1024 * 1024;

/**
 * Sends the inputs of a session in order, and holds them while there is no connection. Realtime input beyond the limit is
 * dropped and counted; contents and tool responses are kept.
 */
export class LiveOutbox {
  readonly #maxBuffered: number;
  readonly #report: (dropped: number) => void;
  #line: LiveLine | undefined;
  #waiting: LiveInput[] = [];
  #waitingBytes = 0;
  /** Dropped inputs that were not reported yet; undefined while the input flows. */
  #unreported: number | undefined;
  /** Dropped inputs since the last seam. */
  #dropped = 0;

  /** @param report - Called with the number of dropped inputs: 1 at the first, the others once the input flows again. */
  constructor(maxBuffered: number, report: (dropped: number) => void) {
    this.#maxBuffered = maxBuffered;
    this.#report = report;
  }

  /** @throws GeminiError - `invalid_request` if the SDK refuses the input; `overflow` if too much waits. */
  send(input: LiveInput): void {
    const isDroppable = isMedia(input);
    if (isDroppable && this.#buffered > this.#maxBuffered) {
      this.#drop(1);
      return;
    }
    if (!isDroppable && this.#buffered > maxKept) {
      const message = 'Too much input waits for the connection of the Live session: more than 64 MB';
      throw new GeminiError(message, { kind: 'overflow', limit: 'memory' });
    }
    this.#flow();
    if (this.#line) this.#line.send(input);
    else this.#hold(input);
  }

  /** Sends through another connection from here on, first what waits. */
  attach(line: LiveLine): void {
    this.#line = line;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const input of waiting) line.send(input);
  }

  /** Holds the inputs from here on: the connection has ended. */
  detach(): void {
    this.#line = undefined;
  }

  /** Drops the realtime input that waits. Returns whether there was any. */
  dropRealtime(): boolean {
    const kept = this.#waiting.filter((input) => !isMedia(input));
    const count = this.#waiting.length - kept.length;
    if (count === 0) return false;
    this.#waiting = kept;
    this.#waitingBytes = kept.reduce((sum, input) => sum + bytesOf(input), 0);
    this.#drop(count);
    return true;
  }

  /** Returns the number of inputs that were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  get #buffered(): number {
    return (this.#line?.buffered ?? 0) + this.#waitingBytes;
  }

  #hold(input: LiveInput): void {
    this.#waiting.push(input);
    this.#waitingBytes += bytesOf(input);
  }

  #drop(count: number): void {
    this.#dropped += count;
    if (this.#unreported !== undefined) {
      this.#unreported += count;
      return;
    }
    this.#unreported = 0;
    this.#report(count);
  }

  /** Reports the inputs that were dropped before the input flows again. */
  #flow(): void {
    const dropped = this.#unreported;
    this.#unreported = undefined;
    if (dropped) this.#report(dropped);
  }
}

/** Whether an input is nothing but sound, video or text in real time. The marks around speech are small, and kept. */
function isMedia({ realtimeInput }: LiveInput): boolean {
  if (!realtimeInput) return false;
  const { audio, video, text, ...marks } = realtimeInput;
  const isMark = Object.values(marks).some((mark: unknown) => mark !== undefined);
  return !isMark && (audio !== undefined || video !== undefined || text !== undefined);
}

/** The size of an input as JSON; a picture or a piece of sound is not serialised for that. */
function bytesOf(input: LiveInput): number {
  const { audio, video } = input.realtimeInput ?? {};
  const data = audio?.data ?? video?.data;
  return typeof data === 'string' ? data.length + overhead : JSON.stringify(input).length;
}

/** The JSON around the data of a realtime input, in bytes. */
const overhead = 80;
