/** A connection of HTTP/1.1, shared by its responses. @public */
export interface ServerSocketLike {
  /** Whether the connection is gone. */
  readonly destroyed: boolean;
  /** Listens to an event. */
  on(event: 'close', listener: () => void): unknown;
  /** Stops listening. */
  off(event: 'close', listener: () => void): unknown;
}

/** A stream of HTTP/2, which carries one response. @public */
export interface ServerStreamLike {
  /** Whether the stream is gone. */
  readonly destroyed: boolean;
  /** Whether the whole response was handed to the operating system. */
  readonly writableFinished?: boolean;
  /** Closes the stream with an error code. */
  close?(code: number): unknown;
  /** Listens to an event. */
  on(event: 'finish', listener: () => void): unknown;
  /** Stops listening. */
  off(event: 'finish', listener: () => void): unknown;
}

/**
 * A response of Node's `http`, `https` or `http2`, which Express passes on. With Fastify, pass `reply.raw` after
 * `reply.hijack()`.
 *
 * @public
 */
export interface ServerResponseLike {
  /** Whether the headers were sent. */
  readonly headersSent: boolean;
  /** Whether the connection is gone. */
  readonly destroyed?: boolean;
  /** Whether the response was ended. */
  readonly writableEnded: boolean;
  /** Whether the whole response was handed to the operating system. */
  readonly writableFinished?: boolean;
  /** The status. A response with 204 or 304 has no body. */
  readonly statusCode?: number;
  /**
   * The request. A response to `HEAD` has no body. The request's socket reports a client that disconnects while other
   * responses are sent on the connection.
   */
  readonly req?: { readonly method?: string | undefined; readonly socket?: ServerSocketLike | undefined };
  /** The connection, on HTTP/1.1; null while other responses are sent on it. */
  readonly socket?: unknown;
  /** The stream, on HTTP/2. */
  readonly stream?: ServerStreamLike | undefined;
  /** Reads a header that was set before. */
  getHeader?(name: string): unknown;
  /** Sets the status and headers. */
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** Sends the headers before the body. */
  flushHeaders?(): unknown;
  /** Writes a piece of the body; false asks to wait for `drain`. */
  write(text: string): boolean;
  /** Sends the bytes that compressing middleware holds back. */
  flush?(): unknown;
  /** Ends the response. */
  end(): unknown;
  /** Closes the connection. */
  destroy?(): unknown;
  /** Listens to an event. */
  on(event: 'close' | 'drain' | 'error' | 'finish', listener: () => void): unknown;
  /** Stops listening. */
  off(event: 'close' | 'drain' | 'error' | 'finish', listener: () => void): unknown;
}
