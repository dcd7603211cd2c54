import { brokenConnection } from './brokenConnection.js';
import type { ClientConnection } from './clientConnection.js';
import { ProcessHold } from './processHold.js';
import { reasonPhrase } from './reasonPhrase.js';
import { maxBodyBytes } from './requestBody.js';
import { nextMessage } from './waits.js';

/** The connection of a request to `emulatorFetch`: its response is that of a page's `fetch`. */
export class FetchConnection implements ClientConnection {
  /** The response, once its headers are sent; rejects as `fetch` does. */
  readonly response: Promise<Response>;
  readonly #request: Request;
  readonly #headers = new Headers();
  readonly #body: ReadableStream<Uint8Array>;
  readonly #hold = new ProcessHold();
  readonly #settle: (finished: boolean) => void;
  #respond!: (response: Response) => void;
  #refuse!: (reason: unknown) => void;
  #stream!: ReadableStreamDefaultController<Uint8Array>;
  /** Called when the reader asks for bytes, or leaves. */
  #wake = (): void => undefined;
  #hasHead = false;
  /** Whether no more bytes are read. */
  #isLeft = false;
  #isOver = false;

  /** @param onClose - Called once the connection has ended, with whether the whole answer was sent. */
  constructor(request: Request, onClose: (finished: boolean) => void) {
    this.#request = request;
    this.#settle = onClose;
    this.response = new Promise((resolve, reject) => {
      this.#respond = resolve;
      this.#refuse = reject;
    });
    const source: UnderlyingDefaultSource<Uint8Array> = {
      start: (stream) => {
        this.#stream = stream;
      },
      pull: () => {
        this.#wake();
      },
      cancel: () => {
        this.#leave();
      },
    };
    this.#body = new ReadableStream(source, new ByteLengthQueuingStrategy({ highWaterMark: bufferedBytes }));
  }

  async receiveBody(): Promise<string | undefined> {
    try {
      const bytes = await this.#request.arrayBuffer();
      if (this.#isOver) throw new TypeError('Expected the client to wait for an answer');
      return bytes.byteLength > maxBodyBytes ? undefined : new TextDecoder().decode(bytes);
    } catch (cause) {
      this.fail(cause);
      throw cause;
    }
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  sendHead(status: number): void {
    this.#hasHead = true;
    const hasBody = !bodiless.has(status);
    const init = { status, statusText: reasonPhrase(status), headers: this.#headers };
    this.#respond(new Response(hasBody ? this.#body : null, init));
    if (!hasBody) this.end();
  }

  /** Resolves once the buffer has room again. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isLeft) return;
    this.#stream.enqueue(bytes);
    await this.#untilFree(1);
  }

  end(bytes?: Uint8Array): void {
    if (!this.#isLeft) {
      if (bytes) this.#stream.enqueue(bytes);
      this.#stream.close();
    }
    this.#close(true);
  }

  /** Fails as Node's `fetch` does: at once before the headers and for a reset, else after the bytes in the buffer. */
  drop(reset: boolean): void {
    const error = brokenConnection(reset, this.#hasHead);
    this.#refuse(error);
    if (reset || !this.#hasHead) this.fail(error);
    else {
      void this.#untilFree(bufferedBytes).then(() => {
        this.fail(error);
      });
    }
  }

  /** Closes the connection at once, as a server that stops does. */
  close(): void {
    this.fail(brokenConnection(false, this.#hasHead));
  }

  /** Ends the response with an error. */
  fail(reason: unknown): void {
    this.#refuse(reason);
    if (this.#isLeft) return;
    this.#stream.error(reason);
    this.#leave();
  }

  /** Resolves once the buffer has room for `bytes` bytes, or the connection has ended. */
  async #untilFree(bytes: number): Promise<void> {
    if (!this.#lacks(bytes)) return;
    // A reader that has stopped to read, without a word, does not hold the process.
    this.#hold.release();
    do {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    } while (this.#lacks(bytes));
    this.#hold.take();
  }

  #lacks(bytes: number): boolean {
    return !this.#isLeft && (this.#stream.desiredSize ?? 0) < bytes;
  }

  /**
   * Ends the connection a turn later: a reader that stops at the last event, as at the end of an interaction, does not
   * close the answer early if only `[DONE]` follows.
   */
  #leave(): void {
    this.#isLeft = true;
    this.#wake();
    void nextMessage().then(() => {
      this.#close(false);
    });
  }

  #close(finished: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isLeft = true;
    this.#hold.end();
    this.#wake();
    this.#settle(finished);
  }
}

/** The bytes that wait for a slow reader, as in the buffers of a network; then the answer pauses. */
const bufferedBytes = 16 * 1024;

/** The statuses whose responses have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
