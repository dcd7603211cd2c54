import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import { copyFields, type Fields } from '../chunk/fields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toJson } from '../errors/jsonDepth.js';

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
  return toJson(sent, 'A chunk');
}

/** Makes a test of whether that JSON has anything in it, for one `leftOut`. */
export function isSentOf(leftOut: ReadonlySet<string>): (chunk: GeminiChunk) => boolean {
  return (chunk) => {
    if (chunk.text !== '') return true;
    for (const field in chunk) {
      if (!leftOut.has(field) && (chunk as unknown as Fields)[field] !== undefined) return true;
    }
    return false;
  };
}

/** The content of the comment that opens a stream of the sinks. */
export interface Opening {
  /** The time between heartbeats, in ms, if there are any. */
  readonly heartbeat: number | undefined;
  /** In a reply that can be resumed, the index of the last chunk that was left out; -1 if none was. */
  readonly after: number | undefined;
}

/**
 * The comment with which a stream of the sinks opens: `: rxjs-gemini heartbeat=15000`. A reader learns from it that the
 * stream is of this format, how long a connection that is alive may be silent, and where a reply that can be resumed
 * begins: ` after=7`.
 */
export function openingComment({ heartbeat, after }: Opening): string {
  const words = [
    heartbeat !== undefined && `heartbeat=${String(heartbeat)}`,
    after !== undefined && `after=${String(after)}`,
  ];
  return `: ${['rxjs-gemini', ...words.filter((word) => word !== false)].join(' ')}\n\n`;
}

/** Reads a comment, without its colon; undefined if it is not that of {@link openingComment}. */
export function readOpening(comment: string): Opening | undefined {
  if (!/^\s*rxjs-gemini(?:\s|$)/.test(comment)) return undefined;
  const heartbeat = numberIn(/\sheartbeat=(\d{1,10}(?:\.\d{1,10})?)(?:\s|$)/.exec(comment));
  const after = numberIn(/\safter=(-1|\d{1,15})(?:\s|$)/.exec(comment));
  return { heartbeat: heartbeat === 0 ? undefined : heartbeat, after };
}

function numberIn(match: RegExpExecArray | null): number | undefined {
  return match ? Number(match[1]) : undefined;
}
