import { isPromiseLike } from '../rx/isPromiseLike.js';

/** A destination of text: a stream of Node, a writer of a web stream, a file, an object with a function. */
export interface TextWritable {
  write(text: string): unknown;
}

/** A stream of Node, known by its shape. The stream calls back when a text is written, or with the error. */
interface NodeWritable {
  write(text: string, callback: (cause?: unknown) => void): unknown;
  on(event: 'error', listener: (cause: unknown) => void): unknown;
  off(event: 'error', listener: (cause: unknown) => void): unknown;
}

interface Closable {
  readonly end?: () => unknown;
  readonly close?: () => unknown;
}

/** The options of a {@link LineWriter}. */
export interface LineWriterOptions {
  readonly open: () => TextWritable;
  /** Whether the writable is closed after the last line. */
  readonly closes: boolean;
  /**
   * The maximum length of the text that waits for a busy writable, in UTF-16 units; a longer text fails the writer with
   * `overflow()`.
   */
  readonly maxWaiting: number;
  readonly overflow: () => unknown;
  /** Called once, when a line cannot be written; the later lines are dropped. */
  readonly onFailure: (cause: unknown) => void;
}

/** Writes lines, one write at a time: lines that arrive while the writable is busy wait, and are then written together. */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #writable: TextWritable | undefined;
  #waiting: string[] = [];
  #length = 0;
  #isBusy = false;
  #isEnded = false;
  #isBroken = false;

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#attempt(() => {
      this.#writable = options.open();
      if (isNodeWritable(this.#writable)) this.#writable.on('error', this.#fail);
    });
  }

  /** Writes the line that `make` returns. A `make` that throws fails the writer. */
  write(make: () => string): void {
    this.#attempt(() => {
      const line = make();
      this.#length += line.length;
      if (this.#length > this.#options.maxWaiting) throw this.#options.overflow();
      this.#waiting.push(line);
      this.#flush();
    });
  }

  /** Ends the lines; the writable is closed once all lines are written. */
  end(): void {
    this.#isEnded = true;
    this.#attempt(() => {
      this.#flush();
    });
  }

  #flush(): void {
    while (!this.#isBusy && this.#waiting.length > 0) {
      const text = this.#waiting.join('');
      this.#waiting = [];
      this.#length = 0;
      this.#hand(text);
    }
    if (this.#isEnded && !this.#isBusy) this.#close();
  }

  #hand(text: string): void {
    const writable = this.#writable;
    if (isNodeWritable(writable)) {
      this.#isBusy = true;
      writable.write(text, (cause) => {
        if (cause) this.#fail(cause);
        else this.#onWritten();
      });
      return;
    }
    const written = writable?.write(text);
    if (!isPromiseLike(written)) return;
    this.#isBusy = true;
    written.then(() => this.#onWritten(), this.#fail);
  }

  #onWritten(): void {
    this.#isBusy = false;
    this.#attempt(() => {
      this.#flush();
    });
  }

  #close(): void {
    const writable = this.#writable;
    this.#writable = undefined;
    if (this.#options.closes) {
      // A stream keeps the listener, for an error of its closing.
      const closed = closeWritable(writable as Closable | undefined);
      if (isPromiseLike(closed)) closed.then(undefined, this.#fail);
    } else if (isNodeWritable(writable)) writable.off('error', this.#fail);
  }

  #attempt(step: () => void): void {
    if (this.#isBroken) return;
    try {
      step();
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** The listener stays on a stream that failed: another error event without a listener would end the process. */
  readonly #fail = (cause: unknown): void => {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#waiting = [];
    this.#options.onFailure(cause);
  };
}

function closeWritable(writable: Closable | undefined): unknown {
  return writable?.end ? writable.end() : writable?.close?.();
}

function isNodeWritable(writable: object | undefined): writable is NodeWritable {
  return !!writable && 'on' in writable && typeof writable.on === 'function' && 'off' in writable;
}
