import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import type { GeminiError } from '../errors/geminiError.js';
import { parseServerError } from '../errors/parseServerError.js';
import { isObject, type Fields } from '../rx/isObject.js';
import { notAResponse } from './protocolErrors.js';
import { isResponse } from './responseShape.js';

/** The content of an event or of a body: a chunk, an error, or both, the chunk first. */
export interface ResponseContent {
  readonly chunk?: GeminiChunk | undefined;
  readonly error?: GeminiError | undefined;
}

/**
 * The content of an event's JSON, or of a whole body's.
 *
 * @param isOurs - Whether the stream is known to come from this library, whose chunks may have any fields.
 * @param expected - A noun for the error: "Expected …, got …".
 * @throws GeminiError - If the JSON is neither a response nor an error.
 */
export function responseContent(json: unknown, isOurs = false, expected?: string): ResponseContent {
  const error = parseServerError(json);
  if (!error) return { chunk: isOurs && isObject(json) ? toChunk(json) : responseChunk(json, expected) };
  const { error: _, ...rest } = json as Fields;
  const hasContent = isResponse(rest) && Object.keys(rest).length > 0;
  return { error, chunk: hasContent ? toChunk(rest) : undefined };
}

/**
 * The chunk of an event's JSON, or of another value that should be a response.
 *
 * @throws GeminiError - If the value is not a response.
 */
export function responseChunk(json: unknown, expected?: string): GeminiChunk {
  if (!isResponse(json)) throw notAResponse(json, expected);
  return toChunk(json);
}
