import { GeminiError } from './geminiError.js';
import { parseSavedError } from './parseSavedError.js';

/** The error of a JSON form, without a cause, a stack and a partial; any JSON makes one. */
export function errorFromJson(json: unknown): GeminiError {
  return parseSavedError(json) ?? new GeminiError('The reply failed', { kind: 'unknown' });
}
