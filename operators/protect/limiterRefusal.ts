import { GeminiError } from '../../src/errors/geminiError.js';

const refusals = new WeakSet();

/** The error of a limiter that has no room for another reply. @param retryAfter - The wait, in ms; undefined if unknown. */
export function limiterRefusal(message: string, retryAfter: number | undefined): GeminiError {
  const error = new GeminiError(message, { kind: 'rate_limit', retryAfter });
  refusals.add(error);
  return error;
}

/** Whether an error is of a limiter here, and not of the service: a retry that waits would queue for a full queue. */
export function isLimiterRefusal(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && refusals.has(cause);
}
