import { toChunk } from '../chunk/toChunk.js';
import { GeminiError, type GeminiErrorJson } from './geminiError.js';

/** The error that a public form was made of, but for its cause and its stack. */
export function errorFromJson({ message, name: _, partial, ...init }: GeminiErrorJson): GeminiError {
  return new GeminiError(message, { ...init, partial: partial && toChunk(partial) });
}
