import type { Socket } from 'node:net';
import { backgroundTimer } from '../../rx/backgroundTimer.js';
import type { LiveTransport, LivePlayer } from '../../live/livePlayer.js';
import type { ServerWebSocket } from './webSocketServer.js';

/** The longest reason of a close frame, in bytes. */
const maxReasonBytes = 123;

/** The WebSocket of a connection, as the transport of its script. */
export class SocketTransport implements LiveTransport {
  readonly #socket: Socket;
  #webSocket: ServerWebSocket | undefined;
  #resume: (() => void) | undefined;
  #bytesPerSecond = Infinity;
  #vanished = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Calls back once, when the socket has closed, with the code and the reason of the WebSocket. */
  onClose(listener: (code: number, reason: string) => void): void {
    this.#socket.once('close', () => {
      this.#resume?.();
      if (!this.#webSocket) listener(1006, '');
      // Its own `close` follows, with what it has read meanwhile.
      else
        this.#webSocket.on('close', (code, reason) => {
          listener(code, reason.toString());
        });
    });
  }

  /** Starts with the WebSocket of an upgrade. */
  attach(webSocket: ServerWebSocket, player: LivePlayer): void {
    this.#webSocket = webSocket;
    webSocket.on('error', () => undefined);
    webSocket.on('message', (data) => {
      if (this.#vanished) return;
      player.receive(data.toString());
      this.#slowDown(data.length);
    });
    player.open();
  }

  send(frame: string | Uint8Array, frames: 'binary' | 'text'): void {
    this.#webSocket?.send(frame, { binary: typeof frame !== 'string' || frames === 'binary' });
  }

  close(code: number, reason: string): void {
    this.#webSocket?.close(code, cutToBytes(reason, maxReasonBytes));
  }

  drop(): void {
    this.#socket.resetAndDestroy();
  }

  vanish(): void {
    this.#vanished = true;
    this.#webSocket?.pause();
    this.#socket.pause();
  }

  limitReceiving(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    if (bytesPerSecond === 0) this.#webSocket?.pause();
  }

  schedule(ms: number, work: () => void): () => void {
    return backgroundTimer(ms, work);
  }

  /** Pauses after a frame for the time that it takes to read it. */
  #slowDown(bytes: number): void {
    if (this.#bytesPerSecond === Infinity || this.#bytesPerSecond === 0) return;
    this.#webSocket?.pause();
    this.#resume?.();
    this.#resume = backgroundTimer((bytes / this.#bytesPerSecond) * 1000, () => {
      if (!this.#vanished) this.#webSocket?.resume();
    });
  }
}

function cutToBytes(text: string, maxBytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > maxBytes) cut = cut.slice(0, -1);
  return cut;
}
