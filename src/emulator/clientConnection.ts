/** The connection of a request to its client: of a server, or of `emulatorFetch`. */
export interface ClientConnection {
  /** Receives the body of the request as text; `undefined` if it is too large. Rejects if it breaks off. */
  receiveBody(): Promise<string | undefined>;
  /** Sets a header of the answer. Throws if its name or its value is not valid. */
  setHeader(name: string, value: string): void;
  /** Sends the status and the headers. */
  sendHead(status: number): void;
  /** Sends bytes of the body; resolves once they were taken, which takes longer while the client does not read. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the answer, with its last bytes if there are any. */
  end(bytes?: Uint8Array): void;
  /** Breaks the connection: with a FIN after the last write, or with an RST. */
  drop(reset: boolean): void;
}
