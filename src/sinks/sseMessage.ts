/** A server-sent event in the shape of NestJS's `MessageEvent`. @public */
export interface ReplySseMessage {
  /** The JSON of the event; `''` in a heartbeat. */
  readonly data: string;
  /**
   * With `resumable: true`, the index of the chunk, from 0. For an event that is not a chunk, the index of the last
   * chunk before it, or -1.
   */
  readonly id?: string;
  /** The type of the event; absent for a chunk. */
  readonly type?: 'error' | 'done' | 'heartbeat';
}

/** The text of an event. A heartbeat is written as a comment, and only chunks are written with their `id`. */
export function sseText({ data, id, type }: ReplySseMessage): string {
  if (type === 'heartbeat') return ': keep-alive\n\n';
  if (type) return `event: ${type}\ndata: ${data}\n\n`;
  return id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`;
}
