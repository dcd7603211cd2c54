import type { InteractionStatus } from './interactionEvent.js';

/** The end of a reply, in the words of `generateContent`, and whether a function call waits for its result. */
export interface InteractionEnding {
  readonly finishReason?: string | undefined;
  readonly blockReason?: string | undefined;
  readonly needsAction: boolean;
}

/** The code of the error event that ends a reply which the service blocks or breaks off; undefined for any other reply. */
export function endingErrorCode({ finishReason, blockReason }: InteractionEnding): string | undefined {
  if (blockReason !== undefined) return blockReason === 'OTHER' ? 'content_blocked' : blockReason.toLowerCase();
  if (finishReason === undefined || statuses.has(finishReason)) return undefined;
  return finishReason === 'OTHER' ? 'api_error' : finishReason.toLowerCase();
}

/** The status of a reply that ends without an error; a reply without a finish reason counts as finished. */
export function endingStatus({ finishReason = 'STOP', needsAction }: InteractionEnding): InteractionStatus {
  const status = statuses.get(finishReason) ?? 'completed';
  return status === 'completed' && needsAction ? 'requires_action' : status;
}

const statuses: ReadonlyMap<string, InteractionStatus> = new Map([
  ['STOP', 'completed'],
  ['FINISH_REASON_UNSPECIFIED', 'completed'],
  ['MAX_TOKENS', 'incomplete'],
  ['CONTINUATION', 'requires_continuation'],
]);
