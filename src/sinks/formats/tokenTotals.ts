import type { GeminiUsage } from '../../chunk/response.js';

/** The counts that other protocols have as one: undefined if the server sent no part of them. */
export interface TokenTotals {
  /** The tokens of the prompt, and of the results of tools that the server ran. */
  readonly inputTokens: number | undefined;
  /** The tokens of the answer and of the thoughts. */
  readonly outputTokens: number | undefined;
}

export function tokenTotals(usage: GeminiUsage): TokenTotals {
  return {
    inputTokens: sum(usage.promptTokenCount, usage.toolUsePromptTokenCount),
    outputTokens: sum(usage.candidatesTokenCount, usage.thoughtsTokenCount),
  };
}

export function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
