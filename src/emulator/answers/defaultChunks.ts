import type { GeminiResponse } from '../../chunk/response.js';
import { charsPerToken } from '../countTokens.js';
import type { EmulatorRequest } from '../exchange.js';
import { fieldOf } from '../requestBody.js';
import { splitText, textChunker } from '../textChunker.js';
import { askedCall, callResults } from './askedCall.js';
import { formedText } from './askedForm.js';
import { askedFormat, formattedText } from './askedFormat.js';
import { cutText, defaultText, defaultThoughts } from './defaultText.js';
import { resultText } from './resultText.js';

/** The maximum number of candidates that Gemini returns; a client may ask for any number. */
const maxCandidates = 8;

/**
 * The chunks of the default answer: a call of a declared function, a value of the schema, or a text. Honours
 * `generationConfig`: `maxOutputTokens` (of the answer; thoughts are not counted), `candidateCount` and
 * `thinkingConfig.includeThoughts`; for an interaction, `thinking_summaries` too.
 *
 * @throws NoValueError - If no value of a schema is found.
 */
export function defaultChunks(request: EmulatorRequest, seed = 0): readonly GeminiResponse[] {
  const config = fieldOf(request.body, 'generationConfig');
  const chunkText = textChunker(request);
  const chunks: GeminiResponse[] = [];

  if (wantsThoughts(request)) {
    for (const text of defaultThoughts(request.prompt)) chunks.push(chunkText(text, { thought: true }));
  }
  const call = askedCall(request, seed);
  if (call) return [...chunks, chunkText('', { finishReason: 'STOP', call })];
  const maxChars = positive(fieldOf(config, 'maxOutputTokens'), Infinity) * charsPerToken;
  const count = Math.min(positive(fieldOf(config, 'candidateCount'), 1), request.interaction ? 1 : maxCandidates);
  const candidates = Array.from({ length: count }, (_, index) => {
    const text = answerText(request, index, seed);
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

function answerText(request: EmulatorRequest, candidate: number, seed: number): string {
  const { prompt } = request;
  const format = askedFormat(request);
  if (format) return formattedText(format, prompt, seed + candidate);
  const results = callResults(request);
  if (results.length > 0) return resultText(results);
  return formedText(prompt, seed + candidate) ?? defaultText(prompt, candidate);
}

function wantsThoughts({ body, interaction }: EmulatorRequest): boolean {
  const config = fieldOf(body, 'generationConfig');
  if (!interaction) return fieldOf(fieldOf(config, 'thinkingConfig'), 'includeThoughts') === true;
  return [config, fieldOf(body, 'agentConfig')].some((options) => fieldOf(options, 'thinkingSummaries') === 'auto');
}

function positive(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : otherwise;
}
