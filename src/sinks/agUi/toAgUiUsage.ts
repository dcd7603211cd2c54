import type { GeminiUsage } from '../../chunk/response.js';
import { sum, tokenTotals } from '../formats/tokenTotals.js';
import type { AgUiUsage } from './agUiEvent.js';

/** Converts token counts. Leaves out counts that the server did not send, and those that a strict client refuses. */
export function toAgUiUsage(usage: GeminiUsage, model: string | undefined): AgUiUsage {
  const { inputTokens, outputTokens } = tokenTotals(usage);
  const counts = {
    inputTokens,
    outputTokens,
    totalTokens: sum(inputTokens, outputTokens),
    reasoningTokens: usage.thoughtsTokenCount,
    cachedInputTokens: usage.cachedContentTokenCount,
  };
  const valid = Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count) && Number(count) >= 0);
  return { provider: 'google', ...(model && { model }), ...Object.fromEntries(valid) };
}
