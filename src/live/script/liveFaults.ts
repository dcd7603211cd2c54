import type { LiveClose } from './liveAnswer.js';

/**
 * A position in a connection: after a number of messages from the server (0 is before the setup, 1 is after it), after a
 * number of inputs from the client, or at a time, in ms after the connection has opened. A position that is not reached
 * has no effect.
 *
 * @public
 */
export type LivePosition =
  | { readonly messages: number; readonly inputs?: undefined; readonly ms?: undefined }
  | { readonly inputs: number; readonly messages?: undefined; readonly ms?: undefined }
  | { readonly ms: number; readonly messages?: undefined; readonly inputs?: undefined };

/** The faults of a connection; all fields are optional and can be combined. @public */
export interface LiveFaults {
  /** Closes the connection with a code and a reason. */
  readonly closeAfter?: (LivePosition & LiveClose) | undefined;
  /** Breaks the connection (RST) at a position. */
  readonly dropAfter?: LivePosition | undefined;
  /** Sends nothing from a position on, and reads on; for `duration` ms, for ever by default. */
  readonly stallAfter?: (LivePosition & { readonly duration?: number | undefined }) | undefined;
  /** Vanishes at a position: neither reads nor writes, nor answers pings, nor ends the connection. */
  readonly vanishAfter?: LivePosition | undefined;
  /** Announces the end of the connection, and ends it. */
  readonly goAway?: LiveGoAway | undefined;
  /**
   * The number of bytes that the server reads in a second; 0 reads nothing. Applies once the session is set up.
   * @defaultValue Infinity
   */
  readonly receiveRate?: number | undefined;
}

/** The announced end of a connection: a message `goAway`, and the close when the time has passed. @public */
export interface LiveGoAway extends LiveClose {
  /** The time of the message, in ms after the setup. @defaultValue 0 */
  readonly after?: number | undefined;
  /** The time from the message to the close, in ms; sent as `'9.5s'`. @defaultValue 10_000 */
  readonly timeLeft?: number | undefined;
}
