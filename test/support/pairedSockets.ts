import { EventEmitter } from 'node:events';
import { asyncScheduler } from 'rxjs';
import type { WebSocketLike } from '../../src/rx/webSocketLike.js';

/** The time that a message takes from one end to the other, in ms; also in virtual time. */
export const latency = 1;

/** One end of a connection in memory, with the states and events of a `WebSocket`. */
export class PairedSocket implements WebSocketLike {
  readyState = 0;
  bufferedAmount = 0;
  readonly url: string;
  readonly protocols: string | string[] | undefined;
  /** All messages that were sent from here, whether or not they arrived. */
  readonly sent: string[] = [];
  readonly events = new EventEmitter();
  /** Whether the path is dead: nothing arrives any more, and nobody is told. */
  isDead = false;
  peer: PairedSocket | undefined;

  constructor(url: string, protocols?: string | string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  /** The messages that were sent from here, parsed. */
  get said(): unknown[] {
    return this.sent.map((text) => JSON.parse(text) as unknown);
  }

  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void {
    this.events.on(type, listener);
  }

  removeEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void {
    this.events.off(type, listener);
  }

  send(text: string): void {
    this.sent.push(text);
    this.#later(() => this.peer?.emit('message', { data: text }));
  }

  say(message: unknown): void {
    this.send(JSON.stringify(message));
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState > 1) return;
    this.readyState = 2;
    this.#later(() => {
      this.end(code, reason);
      this.peer?.end(code, reason);
    });
  }

  terminate(): void {
    this.readyState = 2;
    this.#later(() => this.peer?.end(1006));
    this.end(1006);
  }

  /** Ends this end of the connection only. */
  end(code: number, reason = ''): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.emit('close', { code, reason });
  }

  emit(type: string, event?: unknown): void {
    // As an `EventTarget`, which does not throw if nobody listens to `error`.
    if (this.events.listenerCount(type) > 0) this.events.emit(type, event);
  }

  #later(act: () => void): void {
    asyncScheduler.schedule(() => {
      if (!this.isDead && !this.peer?.isDead) act();
    }, latency);
  }
}

/** The connections that clients have opened, and the class with which they open them. */
export interface PairedSockets {
  readonly WebSocket: new (url: string, protocols?: string | string[]) => PairedSocket;
  readonly clients: PairedSocket[];
  readonly servers: PairedSocket[];
}

/**
 * A network in memory.
 *
 * @param serve - The handler of a connection: gets the server's end.
 */
export function pairedSockets(serve: (server: PairedSocket) => void = () => undefined): PairedSockets {
  const clients: PairedSocket[] = [];
  const servers: PairedSocket[] = [];
  class ConnectingSocket extends PairedSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      clients.push(this);
      asyncScheduler.schedule(() => {
        if (this.readyState === 0) connect(this);
      }, latency);
    }
  }
  const connect = (client: PairedSocket) => {
    const server = new PairedSocket(client.url);
    servers.push(server);
    client.peer = server;
    server.peer = client;
    client.readyState = server.readyState = 1;
    serve(server);
    client.emit('open');
  };
  return { WebSocket: ConnectingSocket, clients, servers };
}
