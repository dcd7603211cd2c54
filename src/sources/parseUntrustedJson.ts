import { depthError, isTextTooDeep } from '../errors/jsonDepth.js';
import { tryParseJson } from '../rx/tryParseJson.js';

/**
 * The JSON of a text from outside; undefined if the text is not JSON.
 *
 * @param subject - Begins the sentence of the error.
 * @throws GeminiError - `overflow`, if the JSON is nested deeper than this library reads.
 */
export function parseUntrustedJson(text: string, subject = 'An event'): unknown {
  if (isTextTooDeep(text)) throw depthError(subject);
  return tryParseJson(text);
}
