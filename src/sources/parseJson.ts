import { depthError, isTextTooDeep } from '../internal/jsonDepth.js';

/**
 * The JSON of a text from outside; undefined if it is not JSON.
 *
 * @throws GeminiError - `overflow`, if it is nested deeper than is read.
 */
export function parseJson(text: string): unknown {
  if (isTextTooDeep(text)) throw depthError('An event');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
