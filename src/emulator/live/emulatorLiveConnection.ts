import type { LiveConnection } from '../../live/script/liveConnection.js';

/** A connection of the Live API, as observed by the emulator: a live record, final once `closed` resolves. @public */
export interface EmulatorLiveConnection extends LiveConnection {
  /** The path with its query, in which a client sends its key. */
  readonly path: string;
  /** The headers of the upgrade, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}
