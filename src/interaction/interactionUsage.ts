import type { GeminiUsage } from '../chunk/response.js';
import type { Fields } from '../rx/isObject.js';
import type { InteractionUsage, ModalityTokens } from './interactionEvent.js';

/** The token counts of an interaction, and the counts of `usageMetadata` that have the same meaning. */
const counts = [
  ['total_input_tokens', 'promptTokenCount'],
  ['total_output_tokens', 'candidatesTokenCount'],
  ['total_thought_tokens', 'thoughtsTokenCount'],
  ['total_cached_tokens', 'cachedContentTokenCount'],
  ['total_tool_use_tokens', 'toolUsePromptTokenCount'],
  ['total_tokens', 'totalTokenCount'],
] as const;

const countsByModality = [
  ['input_tokens_by_modality', 'promptTokensDetails'],
  ['output_tokens_by_modality', 'candidatesTokensDetails'],
  ['cached_tokens_by_modality', 'cacheTokensDetails'],
  ['tool_use_tokens_by_modality', 'toolUsePromptTokensDetails'],
] as const;

/** The counts of one modality in `usageMetadata`. */
interface ModalityTokenCount {
  readonly modality?: string | undefined;
  readonly tokenCount?: number | undefined;
}

/** Returns the `usageMetadata` with the token counts of an interaction; undefined if there are no counts. */
export function toUsageMetadata(usage: InteractionUsage | null | undefined): GeminiUsage | undefined {
  const metadata: Fields = {};
  for (const [from, to] of counts) {
    const count = usage?.[from];
    if (typeof count === 'number') metadata[to] = count;
  }
  for (const [from, to] of countsByModality) {
    const details = usage?.[from];
    if (Array.isArray(details)) metadata[to] = details.map(toModalityTokenCount);
  }
  return Object.keys(metadata).length > 0 ? metadata : undefined;
}

/** Returns the token counts of an interaction with the counts of a `usageMetadata`: the inverse. */
export function toInteractionUsage(metadata: GeminiUsage): InteractionUsage {
  const source: Readonly<Record<string, unknown>> = { ...metadata };
  const usage: Fields = {};
  for (const [to, from] of counts) {
    if (typeof source[from] === 'number') usage[to] = source[from];
  }
  for (const [to, from] of countsByModality) {
    const details = source[from];
    if (Array.isArray(details)) usage[to] = (details as ModalityTokenCount[]).map(toModalityTokens);
  }
  return usage;
}

function toModalityTokenCount({ modality, tokens }: ModalityTokens): ModalityTokenCount {
  return {
    ...(modality !== undefined && { modality: modality.toUpperCase() }),
    ...(tokens !== undefined && { tokenCount: tokens }),
  };
}

function toModalityTokens({ modality, tokenCount }: ModalityTokenCount): ModalityTokens {
  return {
    ...(modality !== undefined && { modality: modality.toLowerCase() }),
    ...(tokenCount !== undefined && { tokens: tokenCount }),
  };
}
