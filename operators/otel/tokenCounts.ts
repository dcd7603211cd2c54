import type { GeminiUsage } from '../../src/chunk/response.js';

/** Token counts as the conventions count: what is undefined was not reported. */
export interface TokenCounts {
  /** All that the model read: from a cache and from tools too. */
  readonly input: number | undefined;
  /** The part of the input that came from a cache. */
  readonly cached: number | undefined;
  /** All that the model wrote, thoughts too. */
  readonly output: number | undefined;
  /** The part of the output that is thoughts. */
  readonly thoughts: number | undefined;
}

/**
 * Gemini's prompt includes what was cached, but not what tools returned; its candidates do not include the thoughts.
 */
export function tokenCounts(usage: GeminiUsage): TokenCounts {
  return {
    input: sum(usage.promptTokenCount, usage.toolUsePromptTokenCount),
    cached: usage.cachedContentTokenCount,
    output: sum(usage.candidatesTokenCount, usage.thoughtsTokenCount),
    thoughts: usage.thoughtsTokenCount,
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
