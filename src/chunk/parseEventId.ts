import { isPosition } from './replyPosition.js';

/** The id of an event: the index of its chunk, or the position of its chunk, an opaque text. */
export type EventId = number | string;

/** Reads the id of an event of the sinks, the index of its chunk; returns undefined for any other id. */
export function parseEventId(id: string | undefined): number | undefined {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

/** Reads the id of an event as an index, or else as a position; returns undefined if it is neither. */
export function readEventId(id: string | undefined): EventId | undefined {
  return parseEventId(id) ?? (isPosition(id) ? id : undefined);
}
