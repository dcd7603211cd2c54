import type { InteractionContent, InteractionStep } from '../interaction/interactionStep.js';
import { estimateTokens, type TokenCount, tokensPerFile } from './countTokens.js';
import type { EmulatorRequest } from './exchange.js';
import { fieldOf } from './requestBody.js';

/** Estimates the tokens of the input of an interaction, of its history and of its system instruction, by modality. */
export function countInputTokens({ interaction, body }: EmulatorRequest): TokenCount {
  const { input = [], history = [] } = interaction ?? {};
  const instruction = fieldOf(body, 'systemInstruction');
  const counts = new Map<string, number>();
  let chars = typeof instruction === 'string' ? instruction.length : 0;
  for (const step of [...history, ...input]) {
    const contents = textsOfStep(step);
    if (!contents) chars += JSON.stringify(step).length;
    for (const { type = 'text', text = '' } of contents ?? []) {
      if (type === 'text') chars += text.length;
      else counts.set(type.toUpperCase(), (counts.get(type.toUpperCase()) ?? 0) + tokensPerFile);
    }
  }
  if (chars > 0) counts.set('TEXT', estimateTokens(chars));
  const promptTokensDetails = [...counts].map(([modality, tokenCount]) => ({ modality, tokenCount }));
  const totalTokens = promptTokensDetails.reduce((total, { tokenCount }) => total + tokenCount, 0);
  return { totalTokens, promptTokensDetails };
}

/** The contents of a text step; undefined for a call or a result. */
function textsOfStep({ content, summary }: InteractionStep): readonly InteractionContent[] | undefined {
  return content ?? summary;
}
