import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import { copyFields, type Fields } from '../chunk/fields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';

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

/** The JSON of a chunk without `leftOut`, which `text` belongs to: `toChunk` restores it from the candidates. */
export function chunkJson(chunk: GeminiChunk, leftOut: ReadonlySet<string>): string {
  const full = chunk.candidates ? chunk : new ChunkBuilder().append(chunk).snapshot();
  const sent: Fields = {};
  copyFields(sent, full, leftOut);
  return JSON.stringify(sent);
}

/** Whether that JSON has anything in it; the result is for one `leftOut`. */
export function isSentOf(leftOut: ReadonlySet<string>): (chunk: GeminiChunk) => boolean {
  return (chunk) => {
    if (chunk.text !== '') return true;
    for (const field in chunk) {
      if (!leftOut.has(field) && (chunk as unknown as Fields)[field] !== undefined) return true;
    }
    return false;
  };
}

/**
 * The comment with which the sinks open a stream: `: rxjs-gemini heartbeat=15000`, in ms. A reader learns from it that the
 * stream is of this format, and how long a silence of a connection that is alive can be.
 */
export function openingComment(heartbeat: number | false): string {
  return heartbeat === false ? ': rxjs-gemini\n\n' : `: rxjs-gemini heartbeat=${String(heartbeat)}\n\n`;
}

/** Whether a comment, without its colon, is that of {@link openingComment}, and the time between heartbeats in it. */
export function readOpening(comment: string): { readonly heartbeat: number | undefined } | undefined {
  if (!/^\s*rxjs-gemini(?:\s|$)/.test(comment)) return undefined;
  const heartbeat = Number(/\sheartbeat=(\d{1,10}(?:\.\d{1,10})?)(?:\s|$)/.exec(comment)?.[1] ?? NaN);
  return { heartbeat: heartbeat > 0 ? heartbeat : undefined };
}
