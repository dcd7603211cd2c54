/** A server-sent event in the shape of NestJS's `MessageEvent`. @public */
export interface ReplySseMessage {
  /** The JSON of the event; `''` in a heartbeat. */
  readonly data: string;
  /**
   * The `position` of the chunk, if it has one. With `resumable: true`, the index of the chunk, from 0. For an event
   * that is not a chunk, the position or the index of the last chunk before it, or -1.
   */
  readonly id?: string;
  /** The type of the event; absent for a chunk. */
  readonly type?: 'error' | 'done' | 'heartbeat';
}

/** An event of a {@link ReplyFormat} in the shape of the `MessageEvent` of NestJS 12. @public */
export interface FormatSseMessage {
  /** The JSON of the event, or the terminator; absent in a heartbeat. */
  readonly data?: string;
  /** The comment of a heartbeat; absent in an event. */
  readonly comment?: string;
}

/** The events that are sent in one write. */
export type EventBatch = readonly [ReplySseMessage, ...ReplySseMessage[]];

/** The text of events that are written together. */
export function sseText(events: EventBatch): string {
  return events.length === 1 ? textOfEvent(events[0]) : events.map(textOfEvent).join('');
}

/** The text of an event. A heartbeat is written as a comment, and only chunks are written with their `id`. */
function textOfEvent({ data, id, type }: ReplySseMessage): string {
  if (type === 'heartbeat') return ': keep-alive\n\n';
  if (type) return `event: ${type}\ndata: ${data}\n\n`;
  return id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`;
}
