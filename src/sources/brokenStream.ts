import { GeminiError } from '../errors/geminiError.js';
import { redact } from '../errors/redact.js';

/** The error of a stream that ends in the middle of an event. */
export function brokenOff(): GeminiError {
  return new GeminiError('The reply broke off in the middle of an event', { kind: 'truncated' });
}

/** The error of what is no event of a reply. */
export function notTheProtocol(text: string): GeminiError {
  // A key that the cut goes through would not look like one.
  const quoted = redact(text.trim().slice(0, 2_000)).slice(0, 80);
  return new GeminiError(`Expected an event of Gemini's stream, got '${quoted}'`, { kind: 'protocol' });
}
