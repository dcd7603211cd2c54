import { asyncScheduler } from 'rxjs';
import { typeError } from '../rx/assertions.js';
import type { WebSocketLike } from '../rx/webSocketLike.js';

/** An end of a connection in memory, with the states and the events of a `WebSocket`; from {@link fakeWebSocket}. @public */
export interface FakeWebSocket extends WebSocketLike {
  /** The URL that the client opened. */
  readonly url: string;
  /** Closes both ends; with the code 1006 as a connection that breaks does. */
  close(code?: number, reason?: string): void;
}

/** A class of sockets whose server is in this process; from {@link fakeWebSocket}. @public */
export interface FakeWebSocketClass {
  /** Opens a connection. */
  new (url: string, protocols?: string | string[]): FakeWebSocket;
  /** The server's ends of all connections so far, in order. */
  readonly connections: readonly FakeWebSocket[];
}

/**
 * Makes a class for the option `WebSocket` of `webSocketReplies`, for unit tests: each connection that it opens is served
 * in this process. Messages and states arrive in a later turn, by timers of rxjs, so fake timers and virtual time work.
 *
 * @param serve - The handler of a connection, such as `serveWebSocket`: gets the server's end, which is open.
 * @returns The class, with the server's ends of its `connections`.
 * @throws TypeError - At the call, if `serve` is not a function.
 * @example
 * ```ts
 * const WebSocket = fakeWebSocket((socket) => serveWebSocket(socket, () => of(chunk('Hello'), finishChunk())));
 * const ask = webSocketReplies('ws://host/api/chat', { WebSocket });
 * ask({ message: 'Hi' })
 *   .pipe(toText())
 *   .subscribe((text) => console.log(text)); // 'Hello'
 * ```
 * @public
 */
export function fakeWebSocket(serve: (socket: FakeWebSocket) => unknown): FakeWebSocketClass {
  if (typeof serve !== 'function') throw typeError('serve', 'a function', serve);
  const connections: FakeWebSocket[] = [];
  return class extends PeerSocket {
    static readonly connections: readonly FakeWebSocket[] = connections;

    constructor(url: string) {
      super(url);
      later(() => {
        if (this.readyState !== 0) return;
        const server = new PeerSocket(url);
        server.peer = this;
        this.peer = server;
        server.readyState = this.readyState = 1;
        connections.push(server);
        serve(server);
        this.emit(new Event('open'));
      });
    }
  };
}

type Listener = (event: { readonly data: unknown }) => void;

class PeerSocket implements FakeWebSocket {
  readyState = 0;
  readonly bufferedAmount = 0;
  readonly url: string;
  peer: PeerSocket | undefined;
  readonly #events = new EventTarget();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#events.addEventListener(type, listener as unknown as EventListener);
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#events.removeEventListener(type, listener as unknown as EventListener);
  }

  emit(event: Event): void {
    this.#events.dispatchEvent(event);
  }

  send(text: string): void {
    if (this.readyState === 0) throw new Error('Expected the socket to be open');
    if (this.readyState > 1) return;
    later(() => {
      if (this.peer && this.peer.readyState < 2) this.peer.emit(new MessageEvent('message', { data: text }));
    });
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState > 1) return;
    this.readyState = 2;
    later(() => {
      this.#end(code, reason);
      if (this.peer) this.peer.#end(code, reason);
    });
  }

  #end(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    // Node 20 has no `CloseEvent`.
    this.emit(Object.assign(new Event('close'), { code, reason, wasClean: code !== 1006 }));
  }
}

/** Calls back in a later turn, in order. */
function later(act: () => void): void {
  asyncScheduler.schedule(act);
}
