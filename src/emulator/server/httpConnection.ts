import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientConnection } from '../clientConnection.js';
import { maxBodyBytes } from '../requestBody.js';

/** The connection of a request to a server of Node. */
export class HttpConnection implements ClientConnection {
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(incoming: IncomingMessage, response: ServerResponse) {
    this.#incoming = incoming;
    this.#response = response;
  }

  async receiveBody(): Promise<string | undefined> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of this.#incoming as AsyncIterable<Buffer>) {
      bytes += piece.length;
      // The rest is read and discarded: a client that is still writing would not read an answer.
      if (bytes > maxBodyBytes) pieces.length = 0;
      else pieces.push(piece);
    }
    return bytes > maxBodyBytes ? undefined : Buffer.concat(pieces).toString();
  }

  setHeader(name: string, value: string): void {
    this.#response.setHeader(name, value);
  }

  sendHead(status: number): void {
    this.#response.writeHead(status);
    this.#response.flushHeaders();
  }

  /** Resolves once the operating system has taken the bytes. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#response.write(bytes, () => {
        resolve();
      });
    });
  }

  end(bytes?: Uint8Array): void {
    this.#response.end(bytes);
  }

  drop(reset: boolean): void {
    const { socket } = this.#response;
    if (reset) socket?.resetAndDestroy();
    else socket?.destroySoon();
  }

  /** Calls back once the connection has ended, with whether the whole answer was sent. */
  onClose(listener: (finished: boolean) => void): void {
    const response = this.#response;
    const { socket } = this.#incoming;
    const close = () => {
      response.off('close', close);
      socket.off('close', close);
      listener(response.writableFinished);
    };
    // The socket emits `close` to the response first, so `close` may run twice.
    response.once('close', close);
    // The response to a pipelined request has no socket yet, and does not emit `close` when the socket closes.
    socket.once('close', close);
  }
}
