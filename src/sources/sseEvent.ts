import { shallowCopy } from '../chunk/copyFields.js';
import { isObject, type Fields } from '../rx/isObject.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import type { GeminiError } from '../errors/geminiError.js';
import { parseServerError } from '../errors/parseServerError.js';
import { eventJson } from './eventJson.js';
import { isEmptyEvent, type WireEvent } from './eventReader.js';
import { contentOf, errorOf } from './geminiEvent.js';

/** The content of a server's event. */
export interface SseStep {
  readonly chunk?: GeminiChunk | undefined;
  /** Whether it is of the plain format, whose replies have no finish reason. */
  readonly isText?: boolean;
  /** Whether nothing comes after it. */
  readonly isEnd?: boolean;
  /** Comes after the chunk, if there are both. */
  readonly error?: GeminiError | undefined;
}

const nothing: SseStep = {};
const end: SseStep = { isEnd: true };

/**
 * Reads an event of the wire format of the sinks, of the plain format (`{ text }`, `{ done }`), or of Gemini's own.
 *
 * @param isKnown - Whether the stream is of one of the first two formats, in which an event may have other fields as
 * well.
 * @throws GeminiError - If the event is of no format.
 */
export function sseEvent(event: WireEvent, isKnown: boolean): SseStep {
  const { type, data } = event;
  if (type === 'done' || data === '[DONE]') return end;
  if (type === 'error') return { error: errorOf(event) };
  // As in an `EventSource`, what has another name is for somebody else: a heartbeat, say.
  if ((type !== undefined && type !== 'message') || isEmptyEvent(event)) return nothing;
  const json = eventJson(event);
  if (!isPlain(json)) return contentOf(json, isKnown);
  const error = parseServerError(json);
  if (!error) return { chunk: plainChunk(json), isText: true, isEnd: json['done'] === true };
  const { error: _, done: __, ...rest } = json;
  return { chunk: rest['text'] ? plainChunk(rest) : undefined, error };
}

/** Whether an event has nothing but fields of the plain format, or one by which that is known. */
function isPlain(json: unknown): json is Fields {
  if (!isObject(json) || 'candidates' in json) return false;
  const names = Object.keys(json);
  return typeof json['text'] === 'string' || json['done'] === true || (names.length > 0 && names.every(isPlainName));
}

function isPlainName(name: string): boolean {
  return name === 'done' || name === 'usage' || name === 'finishReason';
}

/** The chunk that a text, or the end with its token counts, is. A reply that was cut short has no finish reason. */
function plainChunk(json: Fields): GeminiChunk {
  const isWhole = json['done'] === true && json['cancelled'] === undefined && json['stopped'] === undefined;
  const { text, done: _, usage, finishReason = isWhole ? 'STOP' : undefined, ...rest } = json;
  const fields = shallowCopy(rest);
  if (usage !== undefined) fields['usageMetadata'] = usage;
  const content = typeof text === 'string' && text !== '' ? { content: { role: 'model', parts: [{ text }] } } : {};
  if (finishReason !== undefined || 'content' in content) fields['candidates'] = [{ ...content, finishReason }];
  return toChunk(fields);
}
