import { isGeminiError, publicError } from 'rxjs-gemini';
import { MicrophoneError } from './microphoneError.js';
import { TokenError } from './tokenError.js';

/** A failure of a session in words for the person. */
export function sentenceOf(failure: unknown): string {
  // The failure of the input may be the cause of the session's.
  for (let error = failure; error instanceof Error; error = error.cause)
    if (error instanceof MicrophoneError || error instanceof TokenError) return error.message;
  if (isGeminiError(failure)) return `${publicError(failure).message}.`;
  return 'The session failed.';
}
