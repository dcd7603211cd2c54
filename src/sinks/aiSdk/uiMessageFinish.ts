import { blockReasonOf } from '../../chunk/readers.js';
import type { FinishPart } from '../../chunk/replyPart.js';
import type { GeminiUsage } from '../../chunk/response.js';
import { finishKinds } from '../../errors/finishKinds.js';
import { tokenTotals } from '../formats/tokenTotals.js';
import type { UiFinishReason, UiMessageUsage } from './uiMessageChunk.js';

/** The finish reason in the words of the AI SDK. A reply without a finish reason gets `other`. */
export function uiFinishReasonOf(finish: FinishPart, hasOpenCalls: boolean): UiFinishReason {
  const { finishReason, promptFeedback, stopped } = finish;
  if (blockReasonOf({ promptFeedback }) !== undefined) return 'content-filter';
  if (stopped) return limits.has(stopped.reason) ? 'length' : 'stop';
  if (finishReason === undefined) return 'other';
  if (finishReason === 'STOP') return hasOpenCalls ? 'tool-calls' : 'stop';
  if (finishReason === 'MAX_TOKENS') return 'length';
  const kind = finishKinds.get(finishReason);
  if (kind === 'safety' || kind === 'recitation') return 'content-filter';
  return kind === 'malformed_call' ? 'error' : 'other';
}

/** The limits of `stopWhen` on the size of a reply. */
const limits: ReadonlySet<string> = new Set(['maxOutputTokens', 'maxChars', 'maxCost']);

export function uiUsageOf(usage: GeminiUsage): UiMessageUsage {
  const { candidatesTokenCount, thoughtsTokenCount, cachedContentTokenCount, totalTokenCount } = usage;
  const { inputTokens, outputTokens } = tokenTotals(usage);
  return {
    inputTokens,
    inputTokenDetails: {
      noCacheTokens: inputTokens === undefined ? undefined : inputTokens - (cachedContentTokenCount ?? 0),
      cacheReadTokens: cachedContentTokenCount,
      cacheWriteTokens: undefined,
    },
    outputTokens,
    outputTokenDetails: { textTokens: candidatesTokenCount, reasoningTokens: thoughtsTokenCount },
    totalTokens: totalTokenCount,
    reasoningTokens: thoughtsTokenCount,
    cachedInputTokens: cachedContentTokenCount,
  };
}
