import type { GeminiResponse } from '../chunk/response.js';
import { charsPerToken } from './countTokens.js';
import { cutText, defaultText, defaultThoughts } from './defaultText.js';
import type { EmulatorRequest } from './exchange.js';
import { fieldOf } from './requestBody.js';
import { splitText, textChunker } from './textChunker.js';

/** The maximum number of candidates that Gemini returns; a client may ask for any number. */
const maxCandidates = 8;

/**
 * The chunks of the default answer. Honours `generationConfig`: `maxOutputTokens` (of the answer; thoughts are not
 * counted), `candidateCount` and `thinkingConfig.includeThoughts`; for an interaction, `thinking_summaries` too.
 */
export function defaultChunks(request: EmulatorRequest): readonly GeminiResponse[] {
  const config = fieldOf(request.body, 'generationConfig');
  const chunkText = textChunker(request);
  const chunks: GeminiResponse[] = [];

  if (wantsThoughts(request)) {
    for (const text of defaultThoughts(request.prompt)) chunks.push(chunkText(text, { thought: true }));
  }
  const maxChars = positive(fieldOf(config, 'maxOutputTokens'), Infinity) * charsPerToken;
  const count = Math.min(positive(fieldOf(config, 'candidateCount'), 1), request.interaction ? 1 : maxCandidates);
  const candidates = Array.from({ length: count }, (_, index) => {
    const text = defaultText(request.prompt, index);
    const finishReason = text.length > maxChars ? 'MAX_TOKENS' : 'STOP';
    return { index, finishReason, pieces: splitText(cutText(text, maxChars)) };
  });
  const longest = Math.max(...candidates.map(({ pieces }) => pieces.length));
  for (let at = 0; at < longest; at += 1) {
    for (const { index, finishReason, pieces } of candidates) {
      const text = pieces[at];
      if (text === undefined) continue;
      chunks.push(chunkText(text, at === pieces.length - 1 ? { index, finishReason } : { index }));
    }
  }
  return chunks;
}

function wantsThoughts({ body, interaction }: EmulatorRequest): boolean {
  const config = fieldOf(body, 'generationConfig');
  if (!interaction) return fieldOf(fieldOf(config, 'thinkingConfig'), 'includeThoughts') === true;
  return [config, fieldOf(body, 'agentConfig')].some((options) => fieldOf(options, 'thinkingSummaries') === 'auto');
}

function positive(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : otherwise;
}
