import { GeminiError } from '../../src/errors/geminiError.js';

/** What the model wrote is not JSON. The same request may well be answered better, but no server says so. */
export function invalidJson(problem: string, finishReason?: string): GeminiError {
  return new GeminiError(problem, { kind: 'protocol', finishReason });
}
