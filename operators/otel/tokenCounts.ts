import type { GeminiUsage } from '../../src/chunk/response.js';

/** Token counts by the conventions; undefined if not reported. */
export interface TokenCounts {
  /** All tokens that the model read, also from a cache and from tools. */
  readonly input: number | undefined;
  /** The part of the input that came from a cache. */
  readonly cached: number | undefined;
  /** All tokens that the model wrote, thoughts included. */
  readonly output: number | undefined;
  /** The part of the output that is thoughts. */
  readonly thoughts: number | undefined;
}

/**
 * Counts by the conventions. Gemini's prompt includes the cached tokens, but not the results of tools; its candidates
 * do not include the thoughts.
 */
export function tokenCounts(usage: GeminiUsage = {}): TokenCounts {
  return {
    input: addCounts(usage.promptTokenCount, usage.toolUsePromptTokenCount),
    cached: usage.cachedContentTokenCount,
    output: addCounts(usage.candidatesTokenCount, usage.thoughtsTokenCount),
    thoughts: usage.thoughtsTokenCount,
  };
}

function addCounts(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
