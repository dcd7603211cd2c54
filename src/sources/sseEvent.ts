import { copyOf, type Fields } from '../chunk/fields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import { apiError } from '../errors/apiErrorBody.js';
import type { GeminiError } from '../errors/geminiError.js';
import { receivedError } from '../errors/receivedError.js';
import { brokenOff } from './brokenStream.js';
import { eventJson } from './eventJson.js';
import { isEmptyEvent, type WireEvent } from './eventReader.js';
import { chunkOf } from './geminiEvent.js';
import { parseJson } from './parseJson.js';

/** What an event of a server tells its reader. */
export interface SseStep {
  readonly chunk?: GeminiChunk;
  /** Whether it is of the plain format, whose replies have no finish reason. */
  readonly isText?: boolean;
  /** Whether nothing comes after it. */
  readonly isEnd?: boolean;
  readonly error?: GeminiError;
}

const nothing: SseStep = {};
const end: SseStep = { isEnd: true };

/** Reads an event of the wire format of the sinks, of the plain format (`{ text }`, `{ done }`), or of Gemini's own. */
export function sseEvent(event: WireEvent): SseStep {
  const { type, data } = event;
  if (type === 'done' || data === '[DONE]') return end;
  if (type === 'error') return { error: errorOf(event) };
  // As in an `EventSource`, what has another name is for somebody else: a heartbeat, say.
  if ((type !== undefined && type !== 'message') || isEmptyEvent(event)) return nothing;
  const json = eventJson(event);
  const error = receivedError(json);
  if (error) return { error };
  if (!isPlain(json)) return { chunk: chunkOf(json, data) };
  return { chunk: plainChunk(json), isText: true, isEnd: json['done'] === true };
}

function errorOf({ data, isLast }: WireEvent): GeminiError {
  const json = parseJson(data);
  if (json === undefined && isLast) throw brokenOff();
  // Frameworks send a bare sentence.
  return receivedError(json) ?? apiError({ message: data }, {});
}

function isPlain(json: unknown): json is Fields {
  if (typeof json !== 'object' || json === null || 'candidates' in json) return false;
  const { text, done } = json as Fields;
  return typeof text === 'string' || done === true;
}

/** The chunk that a text, or the end with its token counts, is. A reply that was cut short has no finish reason. */
function plainChunk(json: Fields): GeminiChunk {
  const isWhole = json['done'] === true && json['cancelled'] === undefined && json['stopped'] === undefined;
  const { text, done: _, usage, finishReason = isWhole ? 'STOP' : undefined, ...rest } = json;
  const fields = copyOf(rest);
  if (usage !== undefined) fields['usageMetadata'] = usage;
  const content = typeof text === 'string' && text !== '' ? { content: { role: 'model', parts: [{ text }] } } : {};
  if (finishReason !== undefined || 'content' in content) fields['candidates'] = [{ ...content, finishReason }];
  return toChunk(fields);
}
