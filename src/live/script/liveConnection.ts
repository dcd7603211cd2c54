import type { LiveInput } from '../liveInput.js';
import type { LiveSetup } from './liveSetup.js';

/**
 * A connection of the Live API, as observed by the server: a live record, final once `closed` resolves. A session that
 * continues by its handle has several connections. Times are in ms, of `performance.now()`.
 *
 * @public
 */
export interface LiveConnection {
  /** The position among all connections, from 0. */
  readonly index: number;
  /** The setup; `undefined` until it has arrived. */
  readonly setup: LiveSetup | undefined;
  /** The handle with which the client continues a session; `undefined` for a new session. */
  readonly handle: string | undefined;
  /** The inputs so far, in order, decoded; without the setup. */
  readonly inputs: readonly LiveInput[];
  /** The number of frames that were handed to the connection. */
  readonly messagesSent: number;
  /** The number of bytes of these frames. */
  readonly bytesSent: number;
  /** The number of bytes of the frames that have arrived, the setup included. */
  readonly bytesReceived: number;
  /** The number of turns that the model has ended, interrupted ones included. */
  readonly turns: number;
  /** The time at which the connection was opened. */
  readonly openedAt: number;
  /** The time at which the connection has ended; `undefined` until then. */
  readonly closedAt: number | undefined;
  /** The side that ended the connection; `undefined` until then, and if the server was ended meanwhile. */
  readonly closedBy: 'client' | 'server' | undefined;
  /** The code of the end: 1006 without a close frame; `undefined` until then. */
  readonly closeCode: number | undefined;
  /** The reason of the end; `undefined` until then. */
  readonly closeReason: string | undefined;
  /** The HTTP status with which the connection was refused. */
  readonly refused: number | undefined;
  /** Resolves when the connection has ended, for any reason; never rejects. */
  readonly closed: Promise<void>;
}
