import { depthError, isTextTooDeep } from '../errors/jsonDepth.js';

/**
 * The JSON of a text from outside; undefined if it is not JSON.
 *
 * @param subject - Begins the sentence of the error.
 * @throws GeminiError - `overflow`, if it is nested deeper than is read.
 */
export function parseJson(text: string, subject = 'An event'): unknown {
  if (isTextTooDeep(text)) throw depthError(subject);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
