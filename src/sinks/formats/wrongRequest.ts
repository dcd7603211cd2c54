import { GeminiError } from '../../errors/geminiError.js';

/**
 * Makes the error of a request body of the wrong shape. The sentence names the place and the expected value, never the
 * value that was there, because a body is the user's word.
 */
export function wrongRequest(place: string, expected: string): GeminiError {
  return new GeminiError(`Expected \`${place}\` to be ${expected}`, { kind: 'invalid_request' });
}
