/** The types of the events of a reply. Those of chunks have none. */
type SseEventType = 'error' | 'done' | 'heartbeat';

/** An event of a reply on the wire. */
export interface SseEvent {
  /** JSON; `''` in a heartbeat. */
  readonly data: string;
  /**
   * In a reply that can be resumed, the index of the last chunk in it; of the last one that was sent, where it is not a
   * chunk.
   */
  readonly id?: string;
  readonly type?: SseEventType;
}

/** An event as text: a heartbeat is a comment, and only chunks have an `id` of their own. */
export function sseText({ data, id, type }: SseEvent): string {
  if (type === 'heartbeat') return ': keep-alive\n\n';
  if (type) return `event: ${type}\ndata: ${data}\n\n`;
  return id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`;
}
