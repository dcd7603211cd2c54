import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import { copyFields, type Fields } from '../chunk/fields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { annotationNames } from './annotationNames.js';

/** The types of the events of a reply. Those of chunks have none. */
type SseEventType = 'error' | 'done' | 'heartbeat';

/** An event of a reply on the wire. */
export interface SseEvent {
  /** JSON; `''` in a heartbeat. */
  readonly data: string;
  /** The index of the last chunk in it; of the last one that was sent, where it is no chunk. */
  readonly id?: string;
  readonly type?: SseEventType;
}

/** An event as text: a heartbeat is a comment, and only chunks have an `id` of their own. */
export function sseText({ data, id, type }: SseEvent): string {
  if (type === 'heartbeat') return ': keep-alive\n\n';
  if (type) return `event: ${type}\ndata: ${data}\n\n`;
  return id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`;
}

const text: ReadonlySet<string> = new Set(['text']);
const textAndAnnotations: ReadonlySet<string> = new Set(['text', ...annotationNames]);

/** The JSON of a chunk without its `text`, which `toChunk` restores from the candidates. */
export function chunkJson(chunk: GeminiChunk, annotations: boolean): string {
  const full = chunk.candidates ? chunk : new ChunkBuilder().append(chunk).snapshot();
  const sent: Fields = {};
  copyFields(sent, full, annotations ? text : textAndAnnotations);
  return JSON.stringify(sent);
}
