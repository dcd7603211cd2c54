import { GeminiError } from '../../src/errors/geminiError.js';

/** The error of an answer that is not JSON. Not retryable: nothing promises that the next answer is better. */
export function invalidJson(problem: string, finishReason?: string): GeminiError {
  return new GeminiError(problem, { kind: 'protocol', finishReason });
}

/**
 * The error of a character that JSON does not allow at its place. `offset` is the offset of `piece` in the whole text.
 */
export function invalidCharacter(expected: string, piece: string, at: number, offset: number): GeminiError {
  const got = JSON.stringify(piece.charAt(at));
  return invalidJson(`The answer is not JSON: expected ${expected} at ${offset + at}, got ${got}`);
}
