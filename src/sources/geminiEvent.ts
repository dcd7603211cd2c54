import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import { apiError } from '../errors/apiErrorBody.js';
import { errorBodyOf } from '../errors/errorBody.js';
import { notTheProtocol } from './brokenStream.js';
import { eventJson } from './eventJson.js';
import { isEmptyEvent, type WireEvent } from './eventReader.js';

/**
 * The chunk in an event of Gemini's own stream; undefined where there is none. An error is thrown.
 *
 * `id:` and `event:` lines, empty events and `[DONE]` mean nothing to Gemini's protocol.
 */
export function geminiEvent(event: WireEvent): GeminiChunk | undefined {
  const { type, data } = event;
  if (data === '[DONE]' || isEmptyEvent(event)) return undefined;
  const response = eventJson(event);
  const error = errorBodyOf(response) ?? (type === 'error' ? { message: data } : undefined);
  if (error) throw apiError(error, {});
  return chunkOf(response, data);
}

/** The chunk that an event's JSON is. */
export function chunkOf(json: unknown, data: string): GeminiChunk {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw notTheProtocol(data);
  return toChunk(json);
}
