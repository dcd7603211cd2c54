import { steadyNow } from '../../rx/clock.js';
import type { LiveConnection } from './liveConnection.js';
import type { LiveInput } from '../liveInput.js';

/** The record of a connection, while it is written. */
export interface LiveRecord extends Writable<LiveConnection> {
  readonly inputs: LiveInput[];
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A record, and the function that closes it once the connection has ended. */
export interface OpenLiveRecord {
  readonly record: LiveRecord;
  settle(): void;
}

/** Opens the record of a connection. */
export function openLiveRecord(index: number): OpenLiveRecord {
  let resolve = (): void => undefined;
  const closed = new Promise<void>((settled) => {
    resolve = settled;
  });
  const record: LiveRecord = {
    index,
    setup: undefined,
    handle: undefined,
    inputs: [],
    messagesSent: 0,
    bytesSent: 0,
    bytesReceived: 0,
    turns: 0,
    openedAt: steadyNow(),
    closedAt: undefined,
    closedBy: undefined,
    closeCode: undefined,
    closeReason: undefined,
    refused: undefined,
    closed,
  };
  const settle = () => {
    record.closedAt ??= steadyNow();
    resolve();
  };
  return { record, settle };
}
