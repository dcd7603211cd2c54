import { GeminiError } from '../../src/errors/geminiError.js';

const refusals = new WeakSet();

/** The error of a limiter that has no room for another reply. @param retryAfter - The wait, in ms; undefined if unknown. */
export function limiterRefusal(message: string, retryAfter: number | undefined): GeminiError {
  const error = new GeminiError(message, { kind: 'rate_limit', retryAfter });
  refusals.add(error);
  return error;
}

/** The error of a reply beyond `maxQueued`, with the wait until a queued one may begin, if time decides that. */
export function queueFull(limit: string, wait: number): GeminiError {
  const retryAfter = wait > 0 && wait < Infinity ? Math.ceil(wait) : undefined;
  return limiterRefusal(`More than ${limit} wait for the rate limit`, retryAfter);
}

/** The error of a reply of a key beyond `maxKeys`, with the wait until a key is removed, if time decides that. */
export function tooManyKeys(maxKeys: number, wait: number | undefined): GeminiError {
  return limiterRefusal(`More than ${String(maxKeys)} keys of the rate limit are in use`, wait);
}

/** Whether an error is of a limiter here, and not of the service: a retry that waits would queue for a full queue. */
export function isLimiterRefusal(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && refusals.has(cause);
}
