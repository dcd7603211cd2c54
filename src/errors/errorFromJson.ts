import { GeminiError, type GeminiErrorJson } from './geminiError.js';

/** The error that a public form was made of, but for its cause and its stack. */
export function errorFromJson({ message, name: _, ...init }: GeminiErrorJson): GeminiError {
  return new GeminiError(message, init);
}
