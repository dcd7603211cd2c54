import { backgroundTimer } from '../../rx/backgroundTimer.js';
import type { GeminiError } from '../../errors/geminiError.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import type { LiveApi, SdkConnection, SdkSession, SdkSocket, SocketCallbacks, SocketFactory } from './liveClient.js';
import { liveCloseError, liveSocketError } from './liveError.js';
import { readLiveFrame, readLiveMessage } from './readLiveMessage.js';

/** The receiver of one connection. */
export interface SessionHandlers {
  /** Gets each message of the server; throws a `GeminiError` for a message that cannot be read. */
  message(read: () => LiveMessage): void;
  /** Called when the connection has ended or failed; later calls mean nothing. */
  end(errorOf: (isSetUp: boolean) => GeminiError): void;
}

/** A connection that is being opened. */
export interface OpeningSession {
  /** Resolves once the session is set up; may never settle. */
  readonly session: PromiseLike<SdkSession>;
  /** Whether a message says that the session is set up. */
  readonly isAnnounced: boolean;
  /** The socket, once it is there. A stub has none. */
  readonly socket: SdkSocket | undefined;
  /** Closes the connection, at any time. */
  close(): void;
}

/** The longest time in which a closing connection may send nothing of what waits, in ms. */
const longestGoodbye = 2_000;

/**
 * Opens a session of the SDK, whose socket this library reads: the SDK loses the order of large frames in a browser, ends
 * a Node process on a frame that it cannot read, and hides the socket until the session is set up.
 */
export function openSession(api: LiveApi, params: object, handlers: SessionHandlers): OpeningSession {
  const { webSocketFactory } = api;
  return webSocketFactory
    ? new SocketSession(api, webSocketFactory, params, handlers)
    : openStub(api, params, handlers);
}

/** A session whose socket was seen while the SDK opened it. */
class SocketSession implements OpeningSession {
  readonly isAnnounced = true;
  readonly session: PromiseLike<SdkSession>;
  socket: SdkSocket | undefined;
  #isClosed = false;
  #stopGoodbye: (() => void) | undefined;

  constructor(api: LiveApi, factory: SocketFactory, params: object, handlers: SessionHandlers) {
    const create: SocketFactory['create'] = (url, headers, callbacks) => {
      const connection = factory.create(url, headers, this.#watch(callbacks, handlers));
      return {
        connect: () => {
          this.#connect(connection);
        },
        send: (message) => {
          connection.send(message);
        },
        close: () => {
          connection.close();
        },
        get ws() {
          return connection.ws;
        },
      };
    };
    const live = Object.create(api, { webSocketFactory: { value: { create } } }) as LiveApi;
    this.session = live.connect({ ...params, callbacks: { onmessage: () => undefined } });
  }

  close(): void {
    this.#isClosed = true;
    const { socket } = this;
    if (!socket || socket.readyState > 1) return;
    const isOpen = socket.readyState === 1;
    // The code is that of a session that has ended as planned; a page may send no other.
    socket.close(1000);
    if (isOpen && socket.terminate) this.#awaitGoodbye(socket);
  }

  /** Lets a socket send what waits; ends it if its peer has stalled, which would hold the socket for half a minute. */
  #awaitGoodbye(socket: SdkSocket): void {
    const before = socket.bufferedAmount;
    this.#stopGoodbye = backgroundTimer(longestGoodbye, () => {
      if (socket.bufferedAmount < before) this.#awaitGoodbye(socket);
      else socket.terminate?.();
    });
  }

  #connect(connection: SdkConnection): void {
    // The subscriber may have left while the SDK made the address.
    if (this.#isClosed) return;
    connection.connect();
    this.socket = connection.ws;
    // A `Blob` is read asynchronously, so that a small message would overtake a large one.
    if (this.socket?.binaryType === 'blob') this.socket.binaryType = 'arraybuffer';
  }

  #watch(callbacks: SocketCallbacks, handlers: SessionHandlers): SocketCallbacks {
    return {
      onopen: () => {
        callbacks.onopen();
      },
      onmessage: ({ data }) => {
        if (this.#isClosed) return;
        handlers.message(() => {
          const message = readLiveFrame(data);
          // The SDK waits for this message only.
          if (message.setupComplete)
            callbacks.onmessage({ data: JSON.stringify({ setupComplete: message.setupComplete }) });
          return message;
        });
      },
      onerror: (event) => {
        handlers.end((isSetUp) => liveSocketError(event, isSetUp));
      },
      onclose: (event) => {
        this.#stopGoodbye?.();
        handlers.end((isSetUp) => liveCloseError(event, isSetUp));
      },
    };
  }
}

/** Opens the session of a client that shows no sockets, such as `fakeGemini`. */
function openStub(api: LiveApi, params: object, handlers: SessionHandlers): OpeningSession {
  const controller = new AbortController();
  let opened: SdkSession | undefined;
  const { config } = params as { readonly config?: object };
  const callbacks = {
    onmessage: (message: unknown) => {
      if (!controller.signal.aborted) handlers.message(() => readLiveMessage(message));
    },
    onerror: (event: unknown) => {
      handlers.end((isSetUp) => liveSocketError(event, isSetUp));
    },
    onclose: (event: unknown) => {
      handlers.end((isSetUp) => liveCloseError(event, isSetUp));
    },
  };
  const session = api.connect({ ...params, config: { ...config, abortSignal: controller.signal }, callbacks });
  return {
    isAnnounced: false,
    session: {
      then: (onSession, onFailure) =>
        session.then((value) => {
          opened = value;
          if (controller.signal.aborted) value.close();
          return onSession ? onSession(value) : (value as never);
        }, onFailure),
    },
    get socket() {
      return opened?.conn?.ws;
    },
    close() {
      controller.abort();
      opened?.close();
    },
  };
}
