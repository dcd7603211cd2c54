import { GeminiError } from '../errors/geminiError.js';

/** The error of a reply that is larger than `maxBytes`, for its followers. */
export function tooLargeToStore(maxBytes: number): GeminiError {
  const message = `The reply is larger than ${String(maxBytes)} bytes, its \`maxBytes\`, so its followers cannot have the rest`;
  return new GeminiError(message, { kind: 'overflow', limit: 'size' });
}

/** The error of a reply whose publisher has ended without an end. */
export function abandonedError(): GeminiError {
  const message =
    'The reply broke off: the process that published it has ended, or had no connection to Redis for longer than its `lease`';
  return new GeminiError(message, { kind: 'truncated' });
}

/** The error of a reply of which Redis has lost a part. */
export function missingChunksError(): GeminiError {
  const message = 'The reply broke off: Redis has lost a part of it, in a failover, a restart or an eviction';
  return new GeminiError(message, { kind: 'truncated' });
}

/** The error of a reply that Redis does not have any more. */
export function lostReplyError(): GeminiError {
  const message =
    'The reply broke off: Redis does not have it any more, after an eviction or a restart without its data';
  return new GeminiError(message, { kind: 'truncated' });
}

/** The error of a reply that was started again while it was read or stored. */
export function replacedError(): GeminiError {
  return new GeminiError('The reply broke off: another one was started with its id', { kind: 'truncated' });
}

/** The error of a follower that cannot read, or of a publisher that cannot store. */
export function redisFailure(cause: unknown): GeminiError {
  const message = 'Redis cannot be reached, or refuses the command: see the `cause`';
  return new GeminiError(message, { kind: 'network', cause });
}

/** The cause of a failure of Redis that has not answered in time. */
export function noAnswerError(): Error {
  return new Error('Redis did not answer in time');
}
