/** The transport of a connection: a socket, or a client in the same process. */
export interface LiveTransport {
  /** Sends a frame: a string as `frames` says, bytes as a binary frame. */
  send(frame: string | Uint8Array, frames: 'binary' | 'text'): void;
  /** Closes the connection. */
  close(code: number, reason: string): void;
  /** Breaks the connection. */
  drop(): void;
  /** Neither reads nor writes any more, and leaves the connection as it is. */
  vanish(): void;
  /** Reads at most this number of bytes in a second. */
  limitReceiving(bytesPerSecond: number): void;
  /** Calls back after a time, which is above 0, unless the returned function is called before. */
  schedule(ms: number, work: () => void): () => void;
}
