import { errorFromBody } from '../errors/apiFailure.js';
import type { GeminiError } from '../errors/geminiError.js';
import { parseServerError } from '../errors/parseServerError.js';
import { isEmptyEvent, type ServerSentEvent } from './eventReader.js';
import { parseUntrustedJson } from './parseUntrustedJson.js';
import { notAnEvent, truncatedError } from './protocolErrors.js';
import { responseContent, type ResponseContent } from './responseContent.js';
import { isResponse } from './responseShape.js';

const noContent: ResponseContent = {};

/**
 * The content of an event of Gemini's own stream.
 *
 * `id:` and `event:` lines, empty events, heartbeats of a proxy and `[DONE]` have no meaning in Gemini's protocol.
 *
 * @throws GeminiError - If the event is not an event of the protocol.
 */
export function geminiEvent(event: ServerSentEvent): ResponseContent {
  if (event.data === '[DONE]' || isEmptyEvent(event)) return noContent;
  if (event.type === 'error') return { error: eventError(event) };
  const json = eventJson(event);
  return isHeartbeat(event.type) && !isResponse(json) ? noContent : responseContent(json);
}

/**
 * The JSON of an event.
 *
 * @throws GeminiError - If the data is not JSON; the data of the last event may be truncated.
 */
export function eventJson({ data, isLast }: ServerSentEvent): unknown {
  const json = parseUntrustedJson(data);
  // A proxy's sentence may quote the error that it received.
  if (json === undefined) throw isLast ? truncatedError() : (parseServerError(data) ?? notAnEvent(data));
  return json;
}

/** The error of an event of the type `error`. */
export function eventError({ data, isLast }: ServerSentEvent): GeminiError {
  const json = parseUntrustedJson(data);
  if (json === undefined && isLast) throw truncatedError();
  return dataError(json ?? data, data);
}

/**
 * The error that the data of an event describe: an object, or a bare sentence, as frameworks send it, which may quote
 * JSON.
 *
 * @param text - The server's words if the data are neither.
 */
export function dataError(data: unknown, text = ''): GeminiError {
  return parseServerError(data) ?? errorFromBody({ message: typeof data === 'string' ? data : text }, {});
}

/** Whether a type is that of a proxy's events that keep a connection open. */
export function isHeartbeat(type: string | undefined): boolean {
  return type !== undefined && /^(?:ping|heart-?beat|keep-?alive)$/i.test(type);
}
