import type { Socket } from 'node:net';
import type { LivePlayer } from '../../live/script/livePlayer.js';
import type { LiveTransport } from '../../live/script/liveTransport.js';
import { backgroundTimer } from '../../rx/backgroundTimer.js';
import type { ServerWebSocket } from './webSocketServer.js';

/** The longest reason of a close frame, in bytes. */
const maxReasonBytes = 123;

/** The wait before a reset, in ms: a client that has not read the last write would lose it. */
const resetDelay = 10;

/** The WebSocket of a connection, as the transport of its script. */
export class SocketTransport implements LiveTransport {
  readonly #socket: Socket;
  #webSocket: ServerWebSocket | undefined;
  #bytesPerSecond = Infinity;
  /** The bytes whose time has not passed, with a limit. */
  #bytesAhead = 0;
  #cancelResume: (() => void) | undefined;
  #hasVanished = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Calls back once, when the socket has closed, with the code and the reason of the WebSocket. */
  onClose(listener: (code: number, reason: string) => void): void {
    this.#socket.once('close', () => {
      this.#cancelResume?.();
      if (!this.#webSocket) {
        listener(1006, '');
        return;
      }
      // The WebSocket closes after its socket, when it has read the rest.
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
      if (this.#hasVanished) return;
      player.receive(data.toString());
      this.#slowDown(data.length);
    });
    player.open();
  }

  send(frame: string | Uint8Array, frames: 'binary' | 'text'): void {
    this.#webSocket?.send(frame, { binary: typeof frame !== 'string' || frames === 'binary' });
  }

  close(code: number, reason: string): void {
    this.#resume();
    this.#webSocket?.close(code, cutToBytes(reason, maxReasonBytes));
  }

  drop(): void {
    const cancel = backgroundTimer(resetDelay, () => {
      this.#socket.resetAndDestroy();
    });
    this.#socket.once('close', cancel);
  }

  vanish(): void {
    this.#hasVanished = true;
    this.#cancelResume?.();
    this.#webSocket?.pause();
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
    if (this.#bytesPerSecond === Infinity || this.#bytesPerSecond === 0 || this.#hasVanished) return;
    this.#bytesAhead += bytes;
    if (this.#cancelResume) return;
    this.#webSocket?.pause();
    const read = this.#bytesAhead;
    this.#cancelResume = backgroundTimer((read / this.#bytesPerSecond) * 1000, () => {
      this.#cancelResume = undefined;
      this.#bytesAhead = 0;
      this.#webSocket?.resume();
    });
  }

  /** Reads on, so that the close of the client arrives. */
  #resume(): void {
    this.#bytesPerSecond = Infinity;
    this.#cancelResume?.();
    this.#webSocket?.resume();
  }
}

/** Cuts a text to a number of bytes, between two characters. */
function cutToBytes(text: string, maxBytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > maxBytes) cut = cut.slice(0, -1);
  return cut;
}
