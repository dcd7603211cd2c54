import type { ReplyOutcome } from '../../src/chunk/replyStatus.js';

/**
 * The parts of OpenTelemetry's semantic conventions for generative AI that this room uses: the names that
 * `@opentelemetry/semantic-conventions` 1.45 publishes. They are in development, and its `/incubating` entry may change
 * with any minor version, so they are spelled out.
 */

/** The attributes of spans and metrics. */
export const attribute = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  responseId: 'gen_ai.response.id',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  cachedTokens: 'gen_ai.usage.cache_read.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  thoughtTokens: 'gen_ai.usage.reasoning.output_tokens',
  outputMessages: 'gen_ai.output.messages',
  tokenType: 'gen_ai.token.type',
  errorType: 'error.type',
  // The attributes of this library. The conventions have no word for a reply that was unsubscribed, and no cost; a
  // proposal for it demands a currency, which prices do not have.
  outcome: 'rxjs_gemini.outcome',
  cost: 'rxjs_gemini.cost.total',
  isCostEstimated: 'rxjs_gemini.cost.estimated',
} as const;

/** The name of the operation by the conventions. */
export const generateContent = 'generate_content';

/**
 * A finish reason in the words of the conventions, or in Gemini's words if they have no name for it. Without a reason:
 * `error`, or the outcome of a reply that was ended on purpose, which is no error.
 */
export function finishReasonName(finishReason: string | undefined, outcome: ReplyOutcome): string {
  if (!finishReason) return outcome === 'cancelled' || outcome === 'stopped' ? outcome : 'error';
  return finishReasons.get(finishReason) ?? finishReason.toLowerCase();
}

const finishReasons: ReadonlyMap<string, string> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
]);
