import { shallowCopy } from '../chunk/copyFields.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import type { GeminiError } from '../errors/geminiError.js';
import { parseServerError } from '../errors/parseServerError.js';
import { isObject, type Fields } from '../rx/isObject.js';
import { responseContent } from './responseContent.js';

/** The content of an event of a server: a chunk, the end of the reply, an error, or none of these. */
export interface WireContent {
  readonly chunk?: GeminiChunk | undefined;
  /** Whether the event is in the plain format, whose replies have no finish reason. */
  readonly isText?: boolean;
  /** Whether the event is the last of the reply. */
  readonly isEnd?: boolean;
  /** The error, which follows the chunk if there is a chunk. */
  readonly error?: GeminiError | undefined;
}

/** The content of an event without content, and of the last event. */
export const noWireContent: WireContent = {};
export const endOfReply: WireContent = { isEnd: true };

/**
 * Reads the JSON of an event in the wire format of the sinks, in the plain format (`{ text }`, `{ done }`), or in
 * Gemini's own.
 *
 * @param isKnown - Whether the stream is in one of the first two formats, in which an event may have other fields as
 * well.
 * @throws GeminiError - If the JSON is in none of these formats.
 */
export function wireContent(json: unknown, isKnown: boolean): WireContent {
  if (!isPlainFormat(json)) return responseContent(json, isKnown);
  const error = parseServerError(json);
  if (!error) return { chunk: plainChunk(json), isText: true, isEnd: json['done'] === true };
  const { error: _, done: __, ...rest } = json;
  return { chunk: rest['text'] || rest['interaction'] ? plainChunk(rest) : undefined, error };
}

/** Whether an event has only fields of the plain format, or a field that only this format has. */
function isPlainFormat(json: unknown): json is Fields {
  if (!isObject(json) || 'candidates' in json) return false;
  const names = Object.keys(json);
  return typeof json['text'] === 'string' || json['done'] === true || (names.length > 0 && names.every(isPlainName));
}

function isPlainName(name: string): boolean {
  return name === 'done' || name === 'usage' || name === 'finishReason';
}

/** The chunk of a text, or of the end with its token counts. A reply that was cut short gets no finish reason. */
function plainChunk(json: Fields): GeminiChunk {
  const isWhole = json['done'] === true && json['cancelled'] === undefined && json['stopped'] === undefined;
  const { text, done: _, usage, finishReason = isWhole ? 'STOP' : undefined, ...rest } = json;
  const fields = shallowCopy(rest);
  if (usage !== undefined) fields['usageMetadata'] = usage;
  const content = typeof text === 'string' && text !== '' ? { content: { role: 'model', parts: [{ text }] } } : {};
  if (finishReason !== undefined || 'content' in content) fields['candidates'] = [{ ...content, finishReason }];
  return toChunk(fields);
}
