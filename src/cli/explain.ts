import { isGeminiError } from '../errors/geminiError.js';

/** An error as one sentence for the terminal, with what to do where that is known. */
export function explain(error: unknown, model: string): string {
  if (!isGeminiError(error)) return error instanceof Error ? error.message : String(error);
  const sentence = error.message.replace(/\s+/g, ' ').trim();
  const advice = error.kind === 'not_found' ? ` Is there a model '${model}'?` : '';
  return `${sentence.replace(/[.;:]?$/, '.')}${advice}`;
}
