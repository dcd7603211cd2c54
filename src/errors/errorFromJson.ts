import { GeminiError } from './geminiError.js';
import { savedError } from './savedError.js';

/** The error of a JSON form, without a cause, a stack and a partial; any JSON makes one. */
export function errorFromJson(json: unknown): GeminiError {
  return savedError(json) ?? new GeminiError('The reply failed', { kind: 'unknown' });
}
