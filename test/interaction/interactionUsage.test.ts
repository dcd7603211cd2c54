import { describe, expect, it } from 'vitest';
import type { InteractionUsage } from '../../src/interaction/interactionEvent.js';
import { toInteractionUsage, toUsageMetadata } from '../../src/interaction/interactionUsage.js';

describe('the token counts of an interaction', () => {
  const usage: InteractionUsage = {
    total_input_tokens: 1,
    total_output_tokens: 2,
    total_thought_tokens: 3,
    total_cached_tokens: 0,
    total_tool_use_tokens: 5,
    total_tokens: 6,
    input_tokens_by_modality: [{ modality: 'text', tokens: 1 }],
    output_tokens_by_modality: [{ modality: 'image', tokens: 2 }],
    cached_tokens_by_modality: [{ tokens: 0 }],
    tool_use_tokens_by_modality: [{ modality: 'audio' }],
  };
  const usageMetadata = {
    promptTokenCount: 1,
    candidatesTokenCount: 2,
    thoughtsTokenCount: 3,
    cachedContentTokenCount: 0,
    toolUsePromptTokenCount: 5,
    totalTokenCount: 6,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 1 }],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 2 }],
    cacheTokensDetails: [{ tokenCount: 0 }],
    toolUsePromptTokensDetails: [{ modality: 'AUDIO' }],
  };

  it('are those of a reply, and the other way round', () => {
    expect(toUsageMetadata(usage)).toEqual(usageMetadata);
    expect(toInteractionUsage(usageMetadata)).toEqual(usage);
  });

  it('are absent without counts', () => {
    expect(toUsageMetadata({})).toBeUndefined();
    expect(toUsageMetadata(null)).toBeUndefined();
    expect(toInteractionUsage({})).toEqual({});
  });
});
