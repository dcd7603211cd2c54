/** Where text can be written: a stream of Node, a writer of a web stream, a file, a list with a function. */
export interface TextWritable {
  write(text: string): unknown;
}

/** A stream of Node, known by its shape. It says by a callback when a text is written, or why not. */
interface NodeWritable {
  write(text: string, callback: (cause?: unknown) => void): unknown;
  on(event: 'error', listener: (cause: unknown) => void): unknown;
  off(event: 'error', listener: (cause: unknown) => void): unknown;
}

interface Closable {
  readonly end?: () => unknown;
  readonly close?: () => unknown;
}

/** What a {@link LineWriter} goes by. */
export interface LineWriterOptions {
  readonly open: () => TextWritable;
  /** Whether what `open` gives is to be closed after the last line. */
  readonly closes: boolean;
  /** How much may wait for a busy writable, in UTF-16 units; more gives up, with what `overflow` gives. */
  readonly maxWaiting: number;
  readonly overflow: () => unknown;
  /** Called once, when a line cannot be written. None is tried after it. */
  readonly onFailure: (cause: unknown) => void;
}

/** Writes lines, one write at a time: what comes while the writable is busy waits, and is then written at once. */
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

  /** Writes the line that `make` gives. */
  write(make: () => string): void {
    this.#attempt(() => {
      const line = make();
      this.#length += line.length;
      if (this.#length > this.#options.maxWaiting) throw this.#options.overflow();
      this.#waiting.push(line);
      this.#flush();
    });
  }

  /** Says that no more lines come. */
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
    if (!isPromise(written)) return;
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
      // A stream that fails in closing says so to the listener, which it keeps.
      const closed = close(writable as Closable | undefined);
      if (isPromise(closed)) closed.then(undefined, this.#fail);
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

  /** The listener stays on a stream that broke: it may say so once more, and without one that ends the process. */
  readonly #fail = (cause: unknown): void => {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#waiting = [];
    this.#options.onFailure(cause);
  };
}

function close(writable: Closable | undefined): unknown {
  return writable?.end ? writable.end() : writable?.close?.();
}

function isNodeWritable(writable: object | undefined): writable is NodeWritable {
  return !!writable && 'on' in writable && typeof writable.on === 'function' && 'off' in writable;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
