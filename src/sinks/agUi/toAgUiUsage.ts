import type { GeminiUsage } from '../../chunk/response.js';
import type { AgUiUsage } from './agUiEvent.js';

/** Converts token counts. Leaves out counts that the server did not send, and those that a strict client refuses. */
export function toAgUiUsage(usage: GeminiUsage, model: string | undefined): AgUiUsage {
  const { promptTokenCount, toolUsePromptTokenCount, candidatesTokenCount, thoughtsTokenCount } = usage;
  const inputTokens = sum(promptTokenCount, toolUsePromptTokenCount);
  const outputTokens = sum(candidatesTokenCount, thoughtsTokenCount);
  const counts = {
    inputTokens,
    outputTokens,
    totalTokens: sum(inputTokens, outputTokens),
    reasoningTokens: thoughtsTokenCount,
    cachedInputTokens: usage.cachedContentTokenCount,
  };
  const valid = Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count) && Number(count) >= 0);
  return { provider: 'google', ...(model && { model }), ...Object.fromEntries(valid) };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
