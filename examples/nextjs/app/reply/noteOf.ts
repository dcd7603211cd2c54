/** A sentence on an answer that ended without a failure, but not as one expects; undefined if there is nothing to say. */
export function noteOf(status: string, finishReason: string | undefined, hasText: boolean): string | undefined {
  if (status === 'cancelled') return 'Stopped.';
  if (status !== 'complete' && status !== 'stopped') return undefined;
  if (finishReason === 'MAX_TOKENS') return 'The answer reached its length limit (MAX_TOKENS).';
  if (finishReason !== undefined && finishReason !== 'STOP') return `The answer was cut off (${finishReason}).`;
  return hasText ? undefined : 'The answer is empty.';
}
