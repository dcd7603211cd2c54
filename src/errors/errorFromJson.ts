import { GeminiError } from './geminiError.js';
import { savedError } from './savedError.js';

/** The error that a JSON form was made of, but for its cause, its stack and its partial; of any JSON there is one. */
export function errorFromJson(json: unknown): GeminiError {
  return savedError(json) ?? new GeminiError('The reply failed', { kind: 'unknown' });
}
