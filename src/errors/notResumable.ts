import { GeminiError } from './geminiError.js';

/** The error of a reader who asks for the rest of a reply, and cannot have exactly that. */
export function notResumable(why: string): GeminiError {
  return new GeminiError(`The reply cannot be resumed: ${why}`, { kind: 'truncated', retryable: false });
}
