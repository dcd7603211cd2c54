import { isObject, type Fields } from '../rx/isObject.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import { errorFromBody } from '../errors/apiFailure.js';
import type { GeminiError } from '../errors/geminiError.js';
import { parseServerError } from '../errors/parseServerError.js';
import { brokenOff } from './brokenStream.js';
import { eventJson } from './eventJson.js';
import { isEmptyEvent, type WireEvent } from './eventReader.js';
import { parseJson } from './parseJson.js';
import { isResponse, notAResponse } from './responseShape.js';

/** The content of an event: a chunk, an error, or both, the chunk first. */
export interface EventContent {
  readonly chunk?: GeminiChunk | undefined;
  readonly error?: GeminiError | undefined;
}

const nothing: EventContent = {};

/**
 * The content of an event of Gemini's own stream.
 *
 * `id:` and `event:` lines, empty events, heartbeats of a proxy and `[DONE]` mean nothing to Gemini's protocol.
 *
 * @throws GeminiError - If the event is not one of the protocol.
 */
export function geminiEvent(event: WireEvent): EventContent {
  if (event.data === '[DONE]' || isEmptyEvent(event)) return nothing;
  if (event.type === 'error') return { error: errorOf(event) };
  const json = eventJson(event);
  return isHeartbeat(event.type) && !isResponse(json) ? nothing : contentOf(json);
}

/**
 * The content of an event's JSON, or of a whole body.
 *
 * @param isOfUs - Whether the stream is known to be of this library, whose chunks may have any fields.
 * @param expected - What it should be, in the words of the error.
 */
export function contentOf(json: unknown, isOfUs = false, expected?: string): EventContent {
  const error = parseServerError(json);
  if (!error) return { chunk: isOfUs && isObject(json) ? toChunk(json) : chunkOf(json, expected) };
  const { error: _, ...rest } = json as Fields;
  const hasContent = isResponse(rest) && Object.keys(rest).length > 0;
  return { error, chunk: hasContent ? toChunk(rest) : undefined };
}

/** The chunk that an event's JSON, or another value that should be a response, is. */
export function chunkOf(json: unknown, expected?: string): GeminiChunk {
  if (!isResponse(json)) throw notAResponse(json, expected);
  return toChunk(json);
}

/** The error of an event of the type `error`. */
export function errorOf({ data, isLast }: WireEvent): GeminiError {
  const json = parseJson(data);
  if (json === undefined && isLast) throw brokenOff();
  // Frameworks send a bare sentence, which may quote JSON.
  return parseServerError(json ?? data) ?? errorFromBody({ message: typeof json === 'string' ? json : data }, {});
}

/** Whether a type is that of a proxy's events that keep a connection open. */
export function isHeartbeat(type: string | undefined): boolean {
  return type !== undefined && /^(?:ping|heart-?beat|keep-?alive)$/i.test(type);
}
