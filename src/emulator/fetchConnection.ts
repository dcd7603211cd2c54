import type { ClientConnection } from './clientConnection.js';
import { ProcessHold } from './processHold.js';
import { reasonPhrase } from './reasonPhrase.js';
import { maxBodyBytes } from './requestBody.js';

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
  #isOver = false;

  /** @param onClose - Called once the connection has ended, with whether the whole answer was sent. */
  constructor(request: Request, onClose: (finished: boolean) => void) {
    this.#request = request;
    this.#settle = onClose;
    this.response = new Promise((resolve, reject) => {
      this.#respond = resolve;
      this.#refuse = reject;
    });
    this.#body = new ReadableStream({
      start: (stream) => {
        this.#stream = stream;
      },
      pull: () => {
        this.#wake();
      },
      cancel: () => {
        this.#close(false);
      },
    });
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
    const hasBody = !bodiless.has(status);
    const init = { status, statusText: reasonPhrase(status), headers: this.#headers };
    this.#respond(new Response(hasBody ? this.#body : null, init));
    if (!hasBody) this.end();
  }

  /** Resolves once the reader has taken the bytes, so that a fault after them takes nothing from it. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) return;
    this.#stream.enqueue(bytes);
    if (this.#wantsMore()) return;
    // A reader that has stopped to read, without a word, does not hold the process.
    this.#hold.release();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (!this.#isOver) this.#hold.take();
  }

  end(bytes?: Uint8Array): void {
    if (this.#isOver) return;
    if (bytes) this.#stream.enqueue(bytes);
    this.#stream.close();
    this.#close(true);
  }

  drop(): void {
    // Before the headers, and within the body: the words of Chromium.
    this.#refuse(new TypeError('Failed to fetch'));
    this.fail(new TypeError('network error'));
  }

  /** Ends the response with an error. */
  fail(reason: unknown): void {
    this.#refuse(reason);
    if (this.#isOver) return;
    this.#stream.error(reason);
    this.#close(false);
  }

  #wantsMore(): boolean {
    return (this.#stream.desiredSize ?? 0) > 0;
  }

  #close(finished: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hold.end();
    this.#wake();
    this.#settle(finished);
  }
}

/** The statuses whose responses have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
